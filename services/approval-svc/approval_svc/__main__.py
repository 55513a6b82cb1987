"""How is approval-svc started as a process of its own? `python -m approval_svc migrate`, then `… serve`."""

from shenguan_chassis.process import main

from .app import service

main(service)
