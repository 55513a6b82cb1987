"""附件二、附件三: the forms of the notice as workbooks, read in a child process."""
