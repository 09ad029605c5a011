package content

import (
	"slices"
	"strconv"
	"strings"
	"time"
)

// rule is a recurrence rule (RRULE of RFC 5545). Steps of minutes or seconds are no matter for a wall and
// are not expanded.
type rule struct {
	frequency string // YEARLY, MONTHLY, WEEKLY, DAILY, HOURLY
	interval  int
	count     int // 0 = without end
	until     time.Time
	weekStart time.Weekday

	months, monthDays, yearDays, weeks, hours, minutes, positions []int

	weekdays []nthWeekday
}

// nthWeekday is a weekday; n says which one of its month or year, from the end when negative, 0 = each.
type nthWeekday struct {
	n   int
	day time.Weekday
}

// widest is how many steps of a rule with a count are followed: 110 years of days.
const widest = 40000

// parseRule reads a rule of an event that begins at start. ok is false when it says nothing that can be followed.
func parseRule(text string, start moment) (r rule, ok bool) {
	r = rule{interval: 1, weekStart: time.Monday}
	lists := map[string]*[]int{
		"BYMONTH": &r.months, "BYMONTHDAY": &r.monthDays, "BYYEARDAY": &r.yearDays, "BYWEEKNO": &r.weeks,
		"BYHOUR": &r.hours, "BYMINUTE": &r.minutes, "BYSETPOS": &r.positions,
	}
	for field := range strings.SplitSeq(strings.ToUpper(text), ";") {
		name, value, _ := strings.Cut(strings.TrimSpace(field), "=")
		if list := lists[name]; list != nil {
			*list = append(*list, integers(value)...)
			continue
		}
		switch name {
		case "FREQ":
			r.frequency = value
		case "INTERVAL":
			r.interval = bounded(value, 1, 10000)
		case "COUNT":
			r.count = bounded(value, 1, 1_000_000)
		case "UNTIL":
			if m, ok := parseMoment(value, start.at.Location()); ok {
				r.until = m.at
				if m.date && !start.date {
					y, month, d := m.at.Date()
					r.until = time.Date(y, month, d, 23, 59, 59, 0, start.at.Location())
				}
			}
		case "WKST":
			if days := parseWeekdays(value); len(days) > 0 {
				r.weekStart = days[0].day
			}
		case "BYDAY":
			r.weekdays = parseWeekdays(value)
		}
	}
	if !slices.Contains([]string{"YEARLY", "MONTHLY", "WEEKLY", "DAILY", "HOURLY"}, r.frequency) {
		return rule{}, false
	}
	r.fill(start.at)
	return r, true
}

// fill puts what the rule leaves open in from the start.
func (r *rule) fill(start time.Time) {
	open := len(r.monthDays)+len(r.yearDays)+len(r.weekdays) == 0
	switch {
	case !open:
	case r.frequency == "YEARLY" && len(r.weeks) > 0, r.frequency == "WEEKLY":
		r.weekdays = []nthWeekday{{0, start.Weekday()}}
	case r.frequency == "YEARLY":
		if len(r.months) == 0 {
			r.months = []int{int(start.Month())}
		}
		r.monthDays = []int{start.Day()}
	case r.frequency == "MONTHLY":
		r.monthDays = []int{start.Day()}
	}
	if len(r.hours) == 0 {
		r.hours = []int{start.Hour()}
	}
	if len(r.minutes) == 0 {
		r.minutes = []int{start.Minute()}
	}
}

func integers(text string) []int {
	var list []int
	for one := range strings.SplitSeq(text, ",") {
		if n, err := strconv.Atoi(strings.TrimSpace(one)); err == nil && n >= -366 && n <= 366 && len(list) < 400 {
			list = append(list, n)
		}
	}
	return list
}

func bounded(text string, least, most int) int {
	n, err := strconv.Atoi(text)
	if err != nil {
		return least
	}
	return min(max(n, least), most)
}

func parseWeekdays(text string) []nthWeekday {
	var list []nthWeekday
	for one := range strings.SplitSeq(text, ",") {
		one = strings.TrimSpace(one)
		if len(one) < 2 {
			continue
		}
		day := strings.Index("SUMOTUWETHFRSA", one[len(one)-2:])
		n, err := strconv.Atoi(strings.TrimPrefix(one[:len(one)-2], "+"))
		if day < 0 || day%2 != 0 || err != nil && len(one) > 2 || n < -53 || n > 53 || len(list) == 60 {
			continue
		}
		list = append(list, nthWeekday{n, time.Weekday(day / 2)})
	}
	return list
}

// occurrences returns when the rule has an event begin, from from until before to. Each day looked at takes
// one of effort; when none is left it ends.
func (r rule) occurrences(start, from, to time.Time, effort *int) []time.Time {
	var found []time.Time
	if !r.until.IsZero() && r.until.Before(to) {
		to = r.until.Add(time.Second)
	}
	if r.frequency == "HOURLY" {
		return r.hourly(start, from, to, effort)
	}
	step := 0
	if r.count == 0 {
		step = r.stepBefore(start, from)
	}
	left := r.count
	for range widest {
		first, last := r.period(start, step)
		if first.After(to.AddDate(0, 0, 1)) || *effort <= 0 {
			return found
		}
		for _, at := range r.within(first, last, start, effort) {
			if at.Before(start) {
				continue
			}
			if !at.Before(to) {
				return found
			}
			if !at.Before(from) {
				found = append(found, at)
			}
			if left--; left == 0 {
				return found
			}
		}
		step++
	}
	return found
}

// hourly steps in real hours: every eight hours stays every eight hours when clocks change.
func (r rule) hourly(start, from, to time.Time, effort *int) []time.Time {
	var found []time.Time
	every := time.Duration(r.interval) * time.Hour
	at, left := start, r.count
	if r.count == 0 && from.After(start) {
		at = start.Add(from.Sub(start) / every * every)
	}
	for ; at.Before(to) && *effort > 0; at = at.Add(every) {
		*effort--
		if !r.allows(civil(at)) || len(r.hours) > 1 && !slices.Contains(r.hours, at.Hour()) {
			continue
		}
		if !at.Before(from) {
			found = append(found, at)
		}
		if left--; left == 0 {
			break
		}
	}
	return found
}

// civil is the date of t as midnight UTC, in which days can be counted.
func civil(t time.Time) time.Time {
	y, m, d := t.Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}

// stepBefore is a step of the rule that is surely not after from.
func (r rule) stepBefore(start, from time.Time) int {
	if !from.After(start) {
		return 0
	}
	units := from.Year() - start.Year()
	switch r.frequency {
	case "MONTHLY":
		units = units*12 + int(from.Month()) - int(start.Month())
	case "WEEKLY":
		units = int(from.Sub(start) / (7 * 24 * time.Hour))
	case "DAILY":
		units = int(from.Sub(start) / (24 * time.Hour))
	}
	return max(units/r.interval-1, 0)
}

// period is the first and last day of the year, month, week or day that a step of the rule leads to.
func (r rule) period(start time.Time, step int) (first, last time.Time) {
	day, n := civil(start), step*r.interval
	switch r.frequency {
	case "YEARLY":
		first = time.Date(day.Year()+n, 1, 1, 0, 0, 0, 0, time.UTC)
		return first, first.AddDate(1, 0, -1)
	case "MONTHLY":
		first = time.Date(day.Year(), day.Month()+time.Month(n), 1, 0, 0, 0, 0, time.UTC)
		return first, first.AddDate(0, 1, -1)
	case "WEEKLY":
		first = day.AddDate(0, 0, -(int(day.Weekday()-r.weekStart)+7)%7+7*n)
		return first, first.AddDate(0, 0, 6)
	}
	first = day.AddDate(0, 0, n)
	return first, first
}

// within are the times of the days from first to last that the rule allows.
func (r rule) within(first, last, start time.Time, effort *int) []time.Time {
	var times []time.Time
	for day := first; !day.After(last) && *effort > 0; day = day.AddDate(0, 0, 1) {
		*effort--
		if len(r.months) > 0 && !slices.Contains(r.months, int(day.Month())) {
			day = day.AddDate(0, 1, -day.Day()) // to the month's last day
			continue
		}
		if !r.allows(day) {
			continue
		}
		for _, hour := range r.hours[:min(len(r.hours), 24)] {
			for _, minute := range r.minutes[:min(len(r.minutes), 60)] {
				*effort--
				times = append(times, time.Date(day.Year(), day.Month(), day.Day(), hour, minute, start.Second(), 0, start.Location()))
			}
		}
	}
	slices.SortFunc(times, time.Time.Compare)
	if len(r.positions) == 0 {
		return times
	}
	var chosen []time.Time
	for i, at := range times {
		if slices.Contains(r.positions, i+1) || slices.Contains(r.positions, i-len(times)) {
			chosen = append(chosen, at)
		}
	}
	return chosen
}

// allows reports whether the rule has events on a day.
func (r rule) allows(day time.Time) bool {
	daysInMonth := day.AddDate(0, 1, -day.Day()).Day()
	daysInYear := time.Date(day.Year(), 12, 31, 0, 0, 0, 0, time.UTC).YearDay()
	_, week := day.ISOWeek()
	_, weeks := time.Date(day.Year(), 12, 28, 0, 0, 0, 0, time.UTC).ISOWeek()
	return among(r.months, int(day.Month()), 12) && among(r.monthDays, day.Day(), daysInMonth) &&
		among(r.yearDays, day.YearDay(), daysInYear) && among(r.weeks, week, weeks) && r.onWeekday(day, daysInMonth, daysInYear)
}

// among reports whether n, of 1 to most, is in the list, where negative numbers count from the end; an empty
// list has all.
func among(list []int, n, most int) bool {
	return len(list) == 0 || slices.Contains(list, n) || slices.Contains(list, n-most-1)
}

func (r rule) onWeekday(day time.Time, daysInMonth, daysInYear int) bool {
	if len(r.weekdays) == 0 {
		return true
	}
	n, most := day.Day(), daysInMonth
	if r.frequency == "YEARLY" && len(r.months) == 0 {
		n, most = day.YearDay(), daysInYear
	}
	for _, w := range r.weekdays {
		if w.day != day.Weekday() {
			continue
		}
		if w.n == 0 || r.frequency != "YEARLY" && r.frequency != "MONTHLY" || w.n == (n-1)/7+1 || w.n == -((most-n)/7+1) {
			return true
		}
	}
	return false
}
