"""抽取请求: panels that the bureau asked for by event, drawn here and answered."""
