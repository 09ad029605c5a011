package content

import (
	"strconv"
	"strings"
	"time"
)

// property is one line of a calendar: a name, parameters and a value.
type property struct {
	name   string
	params map[string]string
	value  string
}

// component is a part of a calendar between BEGIN and END, without the parts within it.
type component struct {
	name       string
	properties []property
	inner      []component
}

func (c component) first(name string) (property, bool) {
	for _, p := range c.properties {
		if p.name == name {
			return p, true
		}
	}
	return property{}, false
}

// text is the value of a property as plain text.
func (c component) text(name string, limit int) string {
	p, _ := c.first(name)
	plain := strings.NewReplacer(`\n`, " ", `\N`, " ", `\,`, ",", `\;`, ";", `\\`, `\`).Replace(p.value)
	return asWritten(plain, limit)
}

// deepestComponent bounds how far parts nest; alarms in events in calendars are three.
const deepestComponent = 8

// parseCalendar returns the calendars in a text. Lines that are none are left out, parts that never end end
// with the text: a calendar with one bad line still has its other events.
func parseCalendar(text string) []component {
	text = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(text)
	text = strings.NewReplacer("\n ", "", "\n\t", "").Replace(text) // long lines go on after a space
	open := []component{{}}
	end := func() {
		last := open[len(open)-1]
		open = open[:len(open)-1]
		around := &open[len(open)-1]
		around.inner = append(around.inner, last)
	}
	for line := range strings.SplitSeq(text, "\n") {
		p, ok := parseProperty(line)
		switch {
		case !ok:
		case p.name == "BEGIN" && len(open) <= deepestComponent:
			open = append(open, component{name: strings.ToUpper(strings.TrimSpace(p.value))})
		case p.name == "END":
			if len(open) > 1 && open[len(open)-1].name == strings.ToUpper(strings.TrimSpace(p.value)) {
				end()
			}
		default:
			around := &open[len(open)-1]
			around.properties = append(around.properties, p)
		}
	}
	for len(open) > 1 {
		end()
	}
	return open[0].inner
}

// parseProperty reads NAME;PARAMETER=VALUE;PARAMETER="VALUE":value.
func parseProperty(line string) (property, bool) {
	head, quoted := -1, false
	for i := range len(line) {
		if line[i] == '"' {
			quoted = !quoted
		} else if line[i] == ':' && !quoted {
			head = i
			break
		}
	}
	if head < 1 {
		return property{}, false
	}
	p := property{value: line[head+1:]}
	name, params, more := strings.Cut(line[:head], ";")
	p.name = strings.ToUpper(strings.TrimSpace(name))
	if more {
		p.params = map[string]string{}
		for param := range strings.SplitSeq(params, ";") {
			key, value, _ := strings.Cut(param, "=")
			p.params[strings.ToUpper(key)] = strings.Trim(value, `"`)
		}
	}
	return p, true
}

// moment is a date or a time of a calendar.
type moment struct {
	at   time.Time // of a date, midnight UTC
	date bool
}

// moments reads the dates and times of a property, several of EXDATE and RDATE.
func (p property) moments(zones *calendarZones) []moment {
	zone := zones.named(p.params["TZID"])
	var all []moment
	for value := range strings.SplitSeq(p.value, ",") {
		value, _, _ = strings.Cut(strings.TrimSpace(value), "/") // of a period, where it begins
		if m, ok := parseMoment(value, zone); ok {
			all = append(all, m)
		}
	}
	return all
}

func parseMoment(value string, zone *time.Location) (moment, bool) {
	value = strings.ToUpper(strings.NewReplacer("-", "", ":", "", " ", "T").Replace(value))
	if rest, utc := strings.CutSuffix(value, "Z"); utc {
		value, zone = rest, time.UTC
	}
	for _, layout := range []string{"20060102T150405", "20060102T1504", "20060102"} {
		if layout == "20060102" {
			zone = time.UTC
		}
		if at, err := time.ParseInLocation(layout, value, zone); err == nil && at.Year() > 0 {
			return moment{at, layout == "20060102"}, true
		}
	}
	return moment{}, false
}

// parseDuration reads P1W, P1DT2H, PT30M and the like; what is negative or longer than a year is no length.
func parseDuration(value string) (time.Duration, bool) {
	rest, found := strings.CutPrefix(strings.TrimPrefix(strings.ToUpper(strings.TrimSpace(value)), "+"), "P")
	if !found {
		return 0, false
	}
	total, number := time.Duration(0), ""
	for _, r := range rest {
		unit := map[rune]time.Duration{'W': 7 * 24 * time.Hour, 'D': 24 * time.Hour, 'H': time.Hour, 'M': time.Minute, 'S': time.Second}[r]
		switch {
		case r >= '0' && r <= '9' && len(number) < 7:
			number += string(r)
		case r == 'T' && number == "":
		case unit > 0 && number != "":
			n, err := strconv.Atoi(number)
			if err != nil || n > int(longestEvent/unit) {
				return 0, false
			}
			total, number = total+time.Duration(n)*unit, ""
		default:
			return 0, false
		}
	}
	return total, total <= longestEvent
}
