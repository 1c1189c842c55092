FROM standin/base:1
RUN groupadd --gid 1000 temporal && useradd --uid 1000 --gid 1000 temporal
COPY temporal-sql-tool temporal /usr/local/bin/
USER temporal
CMD ["sh", "-c", "sleep infinity"]
