"""专家抽取请求: for a survey, an approval, a consultation or a hearing the bureau needs experts (R28, R30)."""
