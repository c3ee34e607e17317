-- One row for each injury report: the time at which it came out, report_date at report_hour:30 Eastern, in UTC
-- (SPEC, section 2, quirk 11). A report is a set: whom it leaves out, it clears.
--
-- key: report_at
-- partition: report_date
-- reads: nba_raw.nbac_injury_report (any date)
SELECT
  report_date,
  report_hour,
  EASTERN_CLOCK_TO_UTC(report_date, report_hour, 30) AS report_at
FROM nba_raw.nbac_injury_report
WHERE report_date BETWEEN @from_date AND @to_date AND report_hour IS NOT NULL
GROUP BY report_date, report_hour
