FROM standin/base:1
RUN groupadd --gid 1000 temporal && useradd --uid 1000 --gid 1000 temporal
COPY ui-server /usr/local/bin/ui-server
COPY ui.yaml /home/ui-server/config/docker.yaml
WORKDIR /home/ui-server
USER temporal
CMD ["ui-server", "--env", "docker", "start"]
