"""The shenguan command: the embedded district, the demo, the sandbox clock, the doctor."""
