# One image for web, worker, beat and migrations; docker-compose.yml says which command each runs.

FROM node:24-slim AS frontend
WORKDIR /src
COPY package.json package-lock.json ./
RUN npm ci --ignore-scripts --no-audit --no-fund

FROM python:3.11-slim AS build
WORKDIR /opsteam
COPY requirements/pip.txt requirements/run.txt requirements/
RUN python -m venv /venv \
    && /venv/bin/python -m pip install --no-cache-dir --require-hashes -r requirements/pip.txt \
    && /venv/bin/python -m pip install --no-cache-dir --require-hashes -r requirements/run.txt
COPY . .
COPY --from=frontend /src/node_modules /src/node_modules
# Made up for collectstatic, which reads the settings but connects to nothing; the image keeps none of it.
RUN /venv/bin/python tools/frontend.py --modules /src/node_modules \
    && /venv/bin/python tools/messages.py compile \
    && OPSTEAM_SECRET_KEY=made-up-for-collectstatic DATABASE_URL=postgresql://nobody@localhost/none \
       REDIS_URL=redis://localhost OPSTEAM_SITE_URL=https://localhost \
       /venv/bin/python manage.py collectstatic --no-input \
    && /venv/bin/python -m compileall -q .

FROM python:3.11-slim
RUN groupadd --gid 10001 opsteam && useradd --uid 10001 --gid 10001 --no-create-home --shell /usr/sbin/nologin opsteam
COPY --from=build /venv /venv
COPY --from=build /opsteam /opsteam
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 DJANGO_SETTINGS_MODULE=opsteam.settings
WORKDIR /opsteam
USER 10001:10001
EXPOSE 8000
CMD ["python", "-m", "opsteam.serve", "--host", "0.0.0.0", "--port", "8000"]
