;;; session.el --- the scenario in a real Emacs  -*- lexical-binding: t -*-

;; Goes through ../scenario.json with eglot, configured as users do; started by test_emacs.py.
;; Says for each state, in one line of JSON, whether it holds; stops at the first that does not.

;;; Code:

;; -Q skips Debian's own start file, which adds this folder.
(add-to-list 'package-directory-list "/usr/share/emacs/site-lisp/elpa")
(package-initialize)
(require 'json)
(require 'seq)
(add-to-list 'load-path (getenv "VALOHAI_EMACS"))
(require 'valohai-steps)
(require 'yaml-mode)
(add-to-list 'auto-mode-alist '("\\.yaml\\'" . yaml-mode))
(add-hook 'python-mode-hook #'eglot-ensure)
(add-hook 'yaml-mode-hook #'eglot-ensure)

(setq eglot-sync-connect 20
      eglot-autoshutdown nil
      create-lockfiles nil
      make-backup-files nil
      auto-save-default nil
      coding-system-for-read 'utf-8
      coding-system-for-write 'utf-8)

;; A batch has nobody to ask: the answer is yes.
(advice-add 'y-or-n-p :override (lambda (&rest _) t))

(defvar session-folder nil "The workspace of the states that are run now.")
(defvar session-seen nil "What the condition that is being waited for sees.")

(defun session-idle ()
  "Do what Emacs does after a command and when no key is pressed; a batch has neither.
Then eglot starts the server of a new buffer, and says what has changed."
  (run-hooks 'post-command-hook)
  (dolist (buffer (buffer-list))
    (with-current-buffer buffer
      (when (and (bound-and-true-p eglot--managed-mode)
                 (eglot-current-server)
                 (jsonrpc-running-p (eglot-current-server)))
        (eglot--signal-textDocument/didChange)))))

(defun session-wait (what condition)
  "Wait until CONDITION holds; fail with WHAT, and with what was seen, when it never does."
  (let ((end (+ (float-time) 20)))
    (while (progn (session-idle) (not (funcall condition)))
      (when (> (float-time) end)
        (error "%s; seen: %S" what session-seen))
      (accept-process-output nil 0.02))))

(defun session-path (file) (expand-file-name file session-folder))

(defun session-show (file)
  "Show FILE as a person does."
  (switch-to-buffer (find-file-noselect (session-path file))))

(defun session-go (file text)
  "Put point before the first place of TEXT in FILE."
  (session-show file)
  (goto-char (point-min))
  (search-forward text)
  (goto-char (match-beginning 0)))

(defun session-lines (path)
  (if (file-exists-p path)
      (with-temp-buffer
        (insert-file-contents path)
        (split-string (buffer-string) "\n"))
    nil))

(defun session-difference (file)
  "Lines that came and went between a fixture and FILE on disk, as far as they differ."
  (let* ((name (file-name-nondirectory (directory-file-name session-folder)))
         (before (session-lines (expand-file-name (concat name "/" file) (getenv "VALOHAI_PROJECTS"))))
         (after (session-lines (session-path file))))
    (unless before (setq after (butlast after))) ; the line end of a new file is no line
    (dotimes (_ 2)
      (while (and before after (equal (car before) (car after)))
        (pop before)
        (pop after))
      (setq before (reverse before) after (reverse after)))
    (list before after)))

(defun session-findings ()
  "Code and underlined text of each finding in this buffer, in order of place."
  (mapcar (lambda (found)
            (list (plist-get (alist-get 'eglot-lsp-diag (flymake-diagnostic-data found)) :code)
                  (buffer-substring-no-properties (flymake-diagnostic-beg found) (flymake-diagnostic-end found))))
          (sort (flymake-diagnostics)
                (lambda (one other) (< (flymake-diagnostic-beg one) (flymake-diagnostic-beg other))))))

(defun session-do (verb step)
  "Do what a person does: VERB, with the fields of STEP."
  (let-alist step
    (pcase verb
      ("folder" (setq session-folder (file-name-as-directory (expand-file-name .name (getenv "VALOHAI_WORKSPACES")))))
      ("open"
       (session-show .file)
       (session-wait "the server answers" #'eglot-current-server))
      ("change"
       (session-go .file .from)
       (undo-boundary)
       (delete-char (length .from))
       (insert .to)
       (undo-boundary))
      ("fix"
       (session-go .file .at)
       (let* ((actions (eglot-code-actions (point) (point) "quickfix"))
              (action (seq-find (lambda (action) (equal (plist-get action :title) .title)) actions)))
         (unless action (error "Not offered: %s but %S" .title (mapcar (lambda (one) (plist-get one :title)) actions)))
         (eglot--read-execute-code-action (list action) (eglot-current-server) "quickfix")))
      ("update"
       (session-show .file)
       (valohai-steps-update))
      ("rename"
       (session-go .file .at)
       (eglot-rename .to))
      ("undo"
       (seq-doseq (file .files)
         (session-show file)
         (undo-boundary)
         (setq last-command nil)
         (undo)))
      ("save" (save-some-buffers t))
      ("kill"
       (session-show .file)
       (let ((server (eglot-current-server)))
         (signal-process (jsonrpc--process server) 'SIGKILL)
         (session-wait "eglot knows that its server is gone" (lambda () (not (eq (eglot-current-server) server))))
         ;; eglot starts another by itself, unless the first ran for less than three seconds.
         (unless (eglot-current-server) (call-interactively #'eglot))))
      ("leave"
       (eglot-shutdown-all)
       (session-wait "every server has ended"
                     (lambda () (null (seq-filter #'process-live-p (process-list))))))
      (_ (error "No such step: %s" verb)))))

(defun session-holds (condition step)
  "Whether CONDITION holds, with the fields of STEP."
  (let-alist step
    (pcase condition
      ("findings"
       (session-show .file)
       (flymake-start)
       (setq session-seen (and (eglot-current-server) (session-findings)))
       (and (eglot-current-server) (equal session-seen (append .are nil))))
      ("text"
       (session-show .file)
       (setq session-seen (buffer-string))
       (string-search .has session-seen))
      ("disk"
       (setq session-seen (session-lines (session-path .file)))
       (equal .ends (last session-seen (length .ends))))
      ("saved"
       (setq session-seen (session-difference .file))
       (equal session-seen (list .removed .added)))
      (_ (error "No such condition: %s" condition)))))

(defun session-run (step)
  (let ((verb (alist-get 'do step))
        (condition (alist-get 'expect step)))
    (if verb
        (session-do verb step)
      (session-wait (json-encode step) (lambda () (session-holds condition step))))))

(let ((scenario (with-temp-buffer
                  (insert-file-contents (getenv "VALOHAI_SCENARIO"))
                  (json-parse-buffer :object-type 'alist :array-type 'list)))
      (failed nil))
  (dolist (state (alist-get 'states scenario))
    (unless (or failed
                (alist-get 'pending state)
                (not (equal (alist-get 'only state "emacs") "emacs"))
                (alist-get 'emacs (alist-get 'except state)))
      (condition-case problem
          (mapc #'session-run (alist-get 'steps state))
        (error (setq failed (error-message-string problem))))
      (princ (format "STATE %s\n" (json-encode `((state . ,(alist-get 'name state))
                                                 (ok . ,(if failed :json-false t))
                                                 (said . ,(or failed ""))))))))
  (kill-emacs (if failed 1 0)))
