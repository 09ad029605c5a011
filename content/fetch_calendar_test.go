package content

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func calendarOf(lines ...string) []byte {
	return []byte("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n" + strings.Join(lines, "\r\n") + "\r\nEND:VCALENDAR\r\n")
}

func eventOf(lines ...string) string {
	return "BEGIN:VEVENT\r\n" + strings.Join(lines, "\r\n") + "\r\nEND:VEVENT"
}

// shown writes events in a zone, so that tests read like a diary.
func shown(events []Event, zone *time.Location) []string {
	var lines []string
	for _, e := range events {
		if e.AllDay {
			lines = append(lines, fmt.Sprintf("%s..%s %s", e.Start.Format("01-02"), e.End.Format("01-02"), e.Title))
			continue
		}
		lines = append(lines, fmt.Sprintf("%s-%s %s", e.Start.In(zone).Format("01-02 15:04"), e.End.In(zone).Format("15:04"), e.Title))
	}
	return lines
}

const vtimezone = "BEGIN:VTIMEZONE\r\nTZID:%s\r\nBEGIN:STANDARD\r\nDTSTART:16011028T030000\r\nRRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10\r\nTZOFFSETFROM:+0200\r\nTZOFFSETTO:+0100\r\nEND:STANDARD\r\n" +
	"BEGIN:DAYLIGHT\r\nDTSTART:16010325T020000\r\nRRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3\r\nTZOFFSETFROM:+0100\r\nTZOFFSETTO:+0200\r\nEND:DAYLIGHT\r\nEND:VTIMEZONE"

// TestReadCalendar has now on Wednesday, 25 March 2026; clocks go forward in Europe on the 29th.
func TestReadCalendar(t *testing.T) {
	tests := []struct {
		name string
		data []byte
		want []string
	}{
		{"one event", calendarOf(eventOf("UID:1", "DTSTART:20260326T080000Z", "DTEND:20260326T093000Z", "SUMMARY:Dentist\\, upstairs")), []string{"03-26 09:00-10:30 Dentist, upstairs"}},
		{
			"weekly at nine across the change", calendarOf(eventOf("UID:1", "DTSTART;TZID=Europe/Berlin:20260316T090000", "DURATION:PT1H", "RRULE:FREQ=WEEKLY;COUNT=4", "SUMMARY:Choir")),
			[]string{"03-16 09:00-10:00 Choir", "03-23 09:00-10:00 Choir", "03-30 09:00-10:00 Choir", "04-06 09:00-10:00 Choir"},
		},
		{"exceptions", calendarOf(
			eventOf("UID:1", "DTSTART;TZID=Europe/Berlin:20260316T090000", "DTEND;TZID=Europe/Berlin:20260316T100000", "RRULE:FREQ=WEEKLY;UNTIL=20260420T220000Z",
				"EXDATE;TZID=Europe/Berlin:20260323T090000", "EXDATE:20260406T070000Z", "SUMMARY:Choir"),
			eventOf("UID:1", "RECURRENCE-ID;TZID=Europe/Berlin:20260330T090000", "DTSTART;TZID=Europe/Berlin:20260331T183000", "DTEND;TZID=Europe/Berlin:20260331T193000", "SUMMARY:Choir moved"),
			eventOf("UID:1", "RECURRENCE-ID:20260413T070000Z", "DTSTART:20260413T070000Z", "STATUS:CANCELLED", "SUMMARY:Choir"),
		), []string{"03-16 09:00-10:00 Choir", "03-31 18:30-19:30 Choir moved", "04-20 09:00-10:00 Choir"}},
		{"cancelled", calendarOf(eventOf("UID:1", "DTSTART:20260326T080000Z", "STATUS:CANCELLED", "SUMMARY:No")), nil},
		{"further dates", calendarOf(eventOf("UID:1", "DTSTART:20260326T080000Z", "RDATE:20260328T080000Z,20260327T080000Z", "SUMMARY:x")), []string{"03-26 09:00-09:00 x", "03-27 09:00-09:00 x", "03-28 09:00-09:00 x"}},
		{
			"all day", calendarOf(eventOf("UID:1", "DTSTART;VALUE=DATE:20260328", "DTEND;VALUE=DATE:20260330", "SUMMARY:Trip"), eventOf("UID:2", "DTSTART;VALUE=DATE:20260401", "SUMMARY:Joke")),
			[]string{"03-28..03-30 Trip", "04-01..04-02 Joke"},
		},
		{
			"all day, each year, less one", calendarOf(eventOf("UID:1", "DTSTART;VALUE=DATE:19790327", "RRULE:FREQ=YEARLY", "SUMMARY:Birthday"), eventOf("UID:2", "DTSTART;VALUE=DATE:20260327", "RRULE:FREQ=DAILY;COUNT=3", "EXDATE;VALUE=DATE:20260328", "SUMMARY:Fair")),
			[]string{"03-27..03-28 Birthday", "03-27..03-28 Fair", "03-29..03-30 Fair"},
		},
		{"Outlook's zone", calendarOf(fmt.Sprintf(vtimezone, "W. Europe Standard Time"), eventOf("UID:1", "DTSTART;TZID=W. Europe Standard Time:20260401T090000", "SUMMARY:x")), []string{"04-01 09:00-09:00 x"}},
		{"quoted and made-up zone", calendarOf(fmt.Sprintf(vtimezone, "Customized: 1"), eventOf("UID:1", `DTSTART;TZID="Customized: 1":20260401T090000`, "SUMMARY:x")), []string{"04-01 09:00-09:00 x"}},
		{"long zone name", calendarOf(eventOf("UID:1", "DTSTART;TZID=/example.org/20260101_1/America/New_York:20260326T090000", "SUMMARY:x")), []string{"03-26 14:00-14:00 x"}},
		{"unknown zone and floating", calendarOf(eventOf("UID:1", "DTSTART;TZID=Nowhere:20260326T090000", "SUMMARY:x"), eventOf("UID:2", "DTSTART:20260326T100000", "SUMMARY:y")), []string{"03-26 09:00-09:00 x", "03-26 10:00-10:00 y"}},
		{"Outlook's all day", calendarOf(eventOf("UID:1", "X-MICROSOFT-CDO-ALLDAYEVENT:TRUE", "DTSTART;TZID=Europe/Berlin:20260328T000000", "DTEND;TZID=Europe/Berlin:20260330T000000", "SUMMARY:Trip")), []string{"03-28..03-30 Trip"}},
		{
			"last Friday, second to last weekday", calendarOf(eventOf("UID:1", "DTSTART:20260130T120000Z", "RRULE:FREQ=MONTHLY;BYDAY=-1FR;UNTIL=20260501T000000Z", "SUMMARY:a"),
				eventOf("UID:2", "DTSTART:20260129T120000Z", "RRULE:FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-2;COUNT=4", "SUMMARY:b")),
			[]string{"02-26 13:00-13:00 b", "02-27 13:00-13:00 a", "03-27 13:00-13:00 a", "03-30 14:00-14:00 b", "04-24 14:00-14:00 a", "04-29 14:00-14:00 b"},
		},
		{"the 31st", calendarOf(eventOf("UID:1", "DTSTART;VALUE=DATE:20260131", "RRULE:FREQ=MONTHLY", "SUMMARY:x")), []string{"03-31..04-01 x", "05-31..06-01 x"}},
		{
			"every third Tuesday and Thursday week", calendarOf(eventOf("UID:1", "DTSTART;VALUE=DATE:20260310", "RRULE:FREQ=WEEKLY;INTERVAL=3;BYDAY=TU,TH;COUNT=4;WKST=SU", "SUMMARY:x")),
			[]string{"03-10..03-11 x", "03-12..03-13 x", "03-31..04-01 x", "04-02..04-03 x"},
		},
		{"every eight hours", calendarOf(eventOf("UID:1", "DTSTART:20260328T200000Z", "RRULE:FREQ=HOURLY;INTERVAL=8;COUNT=3", "SUMMARY:x")), []string{"03-28 21:00-21:00 x", "03-29 06:00-06:00 x", "03-29 14:00-14:00 x"}},
		{"fourth Thursday of November before", calendarOf(eventOf("UID:1", "DTSTART;VALUE=DATE:20200312", "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=4TH", "SUMMARY:x")), []string{"03-26..03-27 x"}},
		{"older and newer of the same", calendarOf(eventOf("UID:1", "DTSTART:20260326T080000Z", "SUMMARY:old"), eventOf("UID:1", "DTSTART:20260326T080000Z", "SUMMARY:new")), []string{"03-26 09:00-09:00 new"}},
		{"folded line, alarm, broken lines and event", calendarOf("nonsense", eventOf("UID:1", "DTSTART:20260326T080000Z", "SUMMARY:Long", "  er", "BEGIN:VALARM", "SUMMARY:Alarm", "END:VALARM", "broken"),
			eventOf("UID:2", "DTSTART:tomorrow", "SUMMARY:x"), eventOf("UID:3", "SUMMARY:no start")), []string{"03-26 09:00-09:00 Long er"}},
		{"ends before it begins", calendarOf(eventOf("DTSTART:20260326T080000Z", "DTEND:20260325T080000Z", "SUMMARY:x")), []string{"03-26 09:00-09:00 x"}},
		{"not near", calendarOf(eventOf("DTSTART:20240326T080000Z", "SUMMARY:x"), eventOf("DTSTART:20280326T080000Z", "SUMMARY:y")), nil},
		{"still going on", calendarOf(eventOf("DTSTART;VALUE=DATE:20260101", "DTEND;VALUE=DATE:20260401", "SUMMARY:x")), []string{"01-01..04-01 x"}},
		{"no events", calendarOf("X-WR-CALNAME:Family"), nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			zone := zoneOf(t, "Europe/Berlin")
			feed, err := ReadCalendar(tt.data, zone, testTime(t))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, shown(feed.Events, zone)); diff != "" {
				t.Errorf("events (-want +got):\n%s", diff)
			}
		})
	}
}

func TestReadCalendarIsNone(t *testing.T) {
	_, err := ReadCalendar([]byte("<html>Sign in</html>"), time.UTC, testTime(t))
	if !errors.Is(err, ErrFormat) || Sentence(err) != "This is no calendar (iCalendar): it begins with “<html>Sign in</html>”." {
		t.Errorf("error %v, %q", err, Sentence(err))
	}
}

// TestAbusiveRules: rules that ask for more than anyone has, or for what never comes, end soon all the same.
func TestAbusiveRules(t *testing.T) {
	rules := []string{
		"FREQ=SECONDLY", "FREQ=SECONDLY;INTERVAL=60;BYSECOND=30", "FREQ=MINUTELY;COUNT=999999999", "FREQ=HOURLY;BYMONTH=2;BYMONTHDAY=30",
		"FREQ=DAILY;BYMONTH=2;BYMONTHDAY=31", "FREQ=DAILY;COUNT=999999999", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30;COUNT=5", "FREQ=YEARLY;BYWEEKNO=53;BYDAY=MO;COUNT=90000",
		"FREQ=DAILY;INTERVAL=99999999999999999999", "FREQ=HOURLY;INTERVAL=-5", "FREQ=WEEKLY;BYHOUR=" + strings.Repeat("1,", 5000) + "2", "FREQ=DAILY;BYSETPOS=0",
		"FREQ=DAILY;BYHOUR=0,1,2,3,4,5,6,7,8,9,10,11,12,13;BYMINUTE=0,1,2,3,4,5,6,7,8,9,10,11,12,13",
	}
	for _, rule := range rules {
		t.Run(rule[:min(len(rule), 40)], func(t *testing.T) {
			var lines []string
			for i := range 300 {
				lines = append(lines, eventOf(fmt.Sprintf("UID:%d", i), "DTSTART:00010101T000000Z", "RRULE:"+rule, "SUMMARY:x"))
			}
			feed, err := ReadCalendar(calendarOf(lines...), time.UTC, testTime(t))
			if err != nil || len(feed.Events) > mostEvents {
				t.Errorf("%d events, %v", len(feed.Events), err)
			}
		})
	}
}

func TestParseDuration(t *testing.T) {
	tests := []struct {
		text string
		want time.Duration
		ok   bool
	}{
		{"PT1H30M", 90 * time.Minute, true},
		{"P1D", 24 * time.Hour, true},
		{"P2W", 14 * 24 * time.Hour, true},
		{"+PT15S", 15 * time.Second, true},
		{"P1DT2H", 26 * time.Hour, true},
		{"-PT1H", 0, false},
		{"P9999999W", 0, false},
		{"1H", 0, false},
		{"PTxH", 0, false},
	}
	for _, tt := range tests {
		if got, ok := parseDuration(tt.text); got != tt.want || ok != tt.ok {
			t.Errorf("%s: %v, %v, want %v, %v", tt.text, got, ok, tt.want, tt.ok)
		}
	}
}

func TestWindowsZonesExist(t *testing.T) {
	for windows, iana := range windowsZones() {
		if _, err := time.LoadLocation(iana); err != nil {
			t.Errorf("%s: %v", windows, err)
		}
	}
	for offsets, iana := range zonesByOffsets() {
		if _, err := time.LoadLocation(iana); err != nil {
			t.Errorf("%s: %v", offsets, err)
		}
	}
}
