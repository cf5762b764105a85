SELECT * FROM somewhere WHERE user_id = $1;
INSERT INTO users VALUES (921, 'x');
INSERT INTO tasks (id, project_id, title) VALUES (922, $2, 'x');
UPDATE tasks SET project_id = $2 FROM projects p WHERE p.id = tasks.project_id AND p.user_id = $1;
MERGE INTO notes n USING (SELECT 1) s ON n.user_id = $1 WHEN MATCHED THEN DELETE;
DO 'BEGIN END';
CALL something();
SELECT FROM WHERE;
