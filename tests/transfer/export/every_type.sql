-- Tables of every kind of column and name.
CREATE TYPE mood AS ENUM ('so so', 'a"b');
CREATE TYPE pair AS (a int, b text);
CREATE DOMAIN short AS varchar(3) CHECK (value <> 'no');
CREATE TABLE "odd ""names""" ("a.b" int PRIMARY KEY, "/c~" text, "@value" text, "%s" int, "ü" text, "sélect" mood);
CREATE TABLE numbers (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, i2 smallint, i8 bigint, n numeric, n2 numeric(6, 2),
    f4 real, f8 double precision, m money, b boolean, twice numeric GENERATED ALWAYS AS (n * 2) STORED);
CREATE TABLE moments (id int PRIMARY KEY, d date, t time, tz timetz, ts timestamp, tsz timestamptz, i interval,
    r tstzrange, mr int4multirange);
CREATE TABLE words (id uuid PRIMARY KEY, c char(5), v varchar(9), s short, k bytea, x "char", ip inet, cd cidr, bits bit varying,
    tsv tsvector, p pair, pt point, js json, jb jsonb, a int[], aa text[], am mood[], at timestamptz[], aj jsonb[], ad short[]);
CREATE SCHEMA "s.x";
CREATE TABLE "s.x".nodes (id int PRIMARY KEY, up int REFERENCES "s.x".nodes);
CREATE TABLE nodes (a text, b int);
CREATE TABLE parts (k int, at date NOT NULL, PRIMARY KEY (k, at)) PARTITION BY RANGE (at);
CREATE TABLE parts_1 PARTITION OF parts FOR VALUES FROM (MINVALUE) TO ('2026-01-01');
CREATE TABLE parts_2 PARTITION OF parts FOR VALUES FROM ('2026-01-01') TO (MAXVALUE);
CREATE TABLE alembic_version (version_num varchar(32) PRIMARY KEY);
