;;; valohai-steps.el --- valohai.yaml in step with valohai.prepare(), through eglot  -*- lexical-binding: t -*-

;; Emacs 29 has eglot; for Emacs 28 it is in Debian's elpa-eglot.  Put this file on your load-path, and:
;;   (require 'valohai-steps)
;;   (add-hook 'python-mode-hook #'eglot-ensure)
;; eglot runs one server for a buffer: this one then stands in the place of another for Python.

;;; Code:

(require 'eglot)

(add-to-list 'eglot-server-programs
             '((python-mode python-ts-mode yaml-mode yaml-ts-mode) . ("valohai-steps" "server")))

(defvar valohai-steps-timeout 600
  "Seconds that an update waits for the answer to its question.")

(defun valohai-steps-update ()
  "Write the steps of this file to valohai.yaml, as one edit of its buffer that undo takes back."
  (interactive)
  (let ((server (or (eglot-current-server) (user-error "No server for this buffer; M-x eglot starts it")))
        (uri (if (fboundp 'eglot-path-to-uri)
                 (eglot-path-to-uri buffer-file-name)
               (eglot--path-to-uri buffer-file-name))))
    ;; Not waited for: the server may ask about a removal first, and a person may think about it.
    (jsonrpc-async-request
     server :workspace/executeCommand
     (list :command "valohai-steps.updateFile" :arguments (vector uri))
     :deferred :workspace/executeCommand ; until what was typed has been sent
     :timeout valohai-steps-timeout
     :success-fn (lambda (updated) (when (eq updated t) (message "valohai-steps: updated; save the buffers")))
     :error-fn (lambda (failure) (message "valohai-steps: %s" (plist-get failure :message)))
     :timeout-fn (lambda () (message "valohai-steps: no answer to the question; nothing was written")))))

(provide 'valohai-steps)
;;; valohai-steps.el ends here
