-- Version 8: a red date is read where the scope is one, in whatever order conditions are looked at.

CREATE OR REPLACE VIEW hoopduck.red_partition AS
SELECT DISTINCT table_name, TRY_CAST(scope_value AS DATE) AS game_date
FROM hoopduck.check_result
WHERE scope = 'date' AND verdict = 'fail';
