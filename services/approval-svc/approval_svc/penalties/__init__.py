"""吊销备案: the departments' penalties that struck a licence, kept on file by the bureau (R27)."""
