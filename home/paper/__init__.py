"""Home and the weekly report as files to print or to send: a PDF, or one picture."""
