"""The only definition of what the services of Shenguan say to each other."""
