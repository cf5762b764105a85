"""The schema in which the rules' examples run."""

from __future__ import annotations

from typing import Final

WORLD_SQL: Final = """
CREATE TABLE users (id bigint PRIMARY KEY, email text NOT NULL, name varchar(80));
CREATE TABLE tasks (
  id bigint PRIMARY KEY, user_id bigint REFERENCES users, title varchar(200) NOT NULL, status text,
  due timestamp, price numeric(10, 2), position int, done boolean, created_at timestamptz DEFAULT now(),
  CONSTRAINT ck_tasks_position CHECK (position > 0));
CREATE INDEX ix_tasks_user_id ON tasks (user_id);
CREATE INDEX ix_tasks_status ON tasks (status);
CREATE TABLE notes (id bigint NOT NULL, code int, body text);
CREATE UNIQUE INDEX notes_id ON notes (id);
CREATE UNIQUE INDEX notes_code ON notes (code);
CREATE UNIQUE INDEX notes_code_big ON notes (code) WHERE code > 9;
CREATE TABLE events (id bigint NOT NULL, at timestamptz NOT NULL) PARTITION BY RANGE (at);
CREATE INDEX events_id ON events (id);
CREATE TABLE events_2024 PARTITION OF events FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE events_2025 (id bigint NOT NULL, at timestamptz NOT NULL);
CREATE TABLE logs (at timestamptz NOT NULL, line text) PARTITION BY RANGE (at);
CREATE TABLE logs_rest PARTITION OF logs DEFAULT;
CREATE TABLE logs_2024 PARTITION OF logs FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TYPE mood AS ENUM ('sad', 'glad');
CREATE DOMAIN positive AS int CHECK (value > 0);
CREATE TABLE diaries (id bigint PRIMARY KEY, mood mood, score positive);
CREATE VIEW open_tasks AS SELECT id, title FROM tasks WHERE NOT done;
CREATE MATERIALIZED VIEW totals AS SELECT user_id, count(*) AS tasks FROM tasks GROUP BY user_id;
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END';
CREATE SEQUENCE counter;
"""
"""Earlier revisions, as one text."""
