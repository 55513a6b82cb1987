"""How is expert-svc started as a process of its own? `python -m expert_svc migrate`, then `… serve`."""

from shenguan_chassis.process import main

from .app import service

main(service)
