-- Values that are easily lost.
INSERT INTO "odd ""names""" VALUES (1, 'x', E'\\N', 5, '', 'a"b'), (2, NULL, E'a\tb\nc\\', NULL, E'\u2028', NULL);
INSERT INTO numbers (i2, i8, n, n2, f4, f8, m, b) VALUES
    (-32768, 9223372036854775807, 123456789012345678901234567890.1234567890, 1.20, 1.1, 1e300, 1.5, true),
    (NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
    (1, 1, 'NaN', 'NaN', 'NaN', '-Infinity', '-1', false),
    (2, 2, '-Infinity', 0.00, '-0', 5e-324, 0, false), (3, 3, 1.000, 7, 3.4e38, 0.1, 0, true);
INSERT INTO moments VALUES
    (1, 'infinity', '24:00', '12:00:00.000001+05:30', '-infinity', 'infinity', '-1 year 2 days -03:00', '[,2026-01-01)', '{[1,3),[5,8)}'),
    (2, '0044-03-15 BC', '00:00', '23:59:59-15', '4713-01-01 12:00 BC', '0001-01-01 00:00+00 BC', '0', 'empty', '{}'),
    (3, '5874897-12-31', NULL, NULL, '294276-12-31 23:59:59.999999', '10000-01-01 00:00:00+14', '178000000 years', '(infinity,)', NULL),
    (4, NULL, '01:02:03.4', NULL, NULL, '2026-03-29 02:30:00.000001 Europe/Berlin', NULL, NULL, NULL);
INSERT INTO words VALUES
    ('00000000-0000-0000-0000-000000000001', 'a', '', 'x', '\x00ff', 'q', '10.0.0.1/8', '10.0.0.0/8', B'0101', 'a:1 b',
     '(1,"x,y")', '(1,2)', '{"b":  1, "b": 2}', '{"a": [1.10, null, {"b": "\\"}], "A": 1e400}', '{1,NULL}', '{"NULL",NULL,"","a\"b","\\N"}',
     '{"a\"b"}', '{infinity}', ARRAY['null', '1', NULL]::jsonb[], '{x}'),
    ('00000000-0000-0000-0000-000000000002', '', NULL, NULL, '', NULL, '::1', NULL, B'', '', '(,)', NULL, 'null', 'null',
     '{}', '{{a,b},{c,d}}', '{}', '{}', '{}', '{}'),
    ('00000000-0000-0000-0000-000000000003', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '"x"', '"x"',
     '[2:3]={1,2}', '{{{a}}}', NULL, NULL, NULL, NULL),
    ('00000000-0000-0000-0000-000000000004', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '1.0', '1.0',
     NULL, NULL, NULL, NULL, NULL, NULL),
    ('00000000-0000-0000-0000-000000000005', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '[]',
     NULL, NULL, NULL, NULL, NULL, NULL),
    ('00000000-0000-0000-0000-000000000006', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
     (repeat('[', 400) || repeat(']', 400))::jsonb, NULL, NULL, NULL, NULL, NULL, NULL);
INSERT INTO "s.x".nodes VALUES (1, 3), (2, 2), (3, NULL);
INSERT INTO nodes VALUES ('B', 1), ('a', NULL), ('B', 1), (NULL, NULL);
INSERT INTO parts VALUES (1, '2027-01-01'), (1, '2001-01-01');
INSERT INTO alembic_version VALUES ('x');
