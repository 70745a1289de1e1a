"""The libraries that read command lines, each as what its calls declare."""
