package content

import (
	"strings"
	"time"
)

// calendarZones finds the time zones a calendar names.
type calendarZones struct {
	own    *time.Location // of times without a zone
	told   map[string]component
	looked map[string]*time.Location
}

func newCalendarZones(calendar component, own *time.Location) *calendarZones {
	z := &calendarZones{own: own, told: map[string]component{}, looked: map[string]*time.Location{}}
	for _, inner := range calendar.inner {
		if id, ok := inner.first("TZID"); ok && inner.name == "VTIMEZONE" {
			z.told[strings.Trim(id.value, `" `)] = inner
		}
	}
	return z
}

// named returns the zone of that name: one of the IANA, one of Windows, or the calendar's own description. A
// time without a zone is the household's, and so is one in a zone that nobody knows.
func (z *calendarZones) named(name string) *time.Location {
	name = strings.Trim(name, `" `)
	if name == "" {
		return z.own
	}
	if zone, ok := z.looked[name]; ok {
		return zone
	}
	zone := knownZone(name)
	if zone == nil {
		zone = z.described(name)
	}
	if zone == nil {
		zone = z.own
	}
	z.looked[name] = zone
	return zone
}

// knownZone finds IANA names, also at the end of longer ones (/example.org/2024/Europe/Berlin), and those of Windows.
func knownZone(name string) *time.Location {
	if iana, ok := windowsZones()[name]; ok {
		name = iana
	}
	parts := strings.Split(strings.Trim(name, "/"), "/")
	for from := range parts {
		tail := strings.Join(parts[from:], "/")
		if tail == "" || strings.EqualFold(tail, "local") || len(tail) > 60 {
			continue
		}
		if zone, err := time.LoadLocation(tail); err == nil {
			return zone
		}
	}
	return nil
}

// described makes a zone of the calendar's VTIMEZONE. With summer time it is the known zone with the same
// two offsets, since a description rarely says when summer time was in other years.
func (z *calendarZones) described(name string) *time.Location {
	told, ok := z.told[name]
	if !ok {
		return nil
	}
	if location, ok := told.first("X-LIC-LOCATION"); ok {
		if zone := knownZone(location.value); zone != nil {
			return zone
		}
	}
	standard, summer := "", ""
	for _, inner := range told.inner {
		offset, _ := inner.first("TZOFFSETTO")
		switch inner.name {
		case "STANDARD":
			standard = strings.TrimSpace(offset.value)
		case "DAYLIGHT":
			summer = strings.TrimSpace(offset.value)
		}
	}
	if iana, ok := zonesByOffsets()[standard+" "+summer]; ok && summer != "" && summer != standard {
		return knownZone(iana)
	}
	for _, layout := range []string{"-0700", "-070000"} {
		if at, err := time.Parse(layout, standard); err == nil {
			_, seconds := at.Zone()
			return time.FixedZone(name, seconds)
		}
	}
	return nil
}

func zonesByOffsets() map[string]string {
	return map[string]string{
		"+0000 +0100": "Europe/London", "+0100 +0200": "Europe/Berlin", "+0200 +0300": "Europe/Helsinki", "-0100 +0000": "Atlantic/Azores",
		"-0330 -0230": "America/St_Johns", "-0400 -0300": "America/Halifax", "-0500 -0400": "America/New_York", "-0600 -0500": "America/Chicago",
		"-0700 -0600": "America/Denver", "-0800 -0700": "America/Los_Angeles", "-0900 -0800": "America/Anchorage",
		"+0930 +1030": "Australia/Adelaide", "+1000 +1100": "Australia/Sydney", "+1200 +1300": "Pacific/Auckland",
	}
}

// windowsZones are the names Outlook and Exchange write.
func windowsZones() map[string]string {
	return map[string]string{
		"W. Europe Standard Time": "Europe/Berlin", "Central Europe Standard Time": "Europe/Budapest", "Romance Standard Time": "Europe/Paris",
		"Central European Standard Time": "Europe/Warsaw", "GMT Standard Time": "Europe/London", "Greenwich Standard Time": "Atlantic/Reykjavik",
		"E. Europe Standard Time": "Europe/Chisinau", "FLE Standard Time": "Europe/Helsinki", "GTB Standard Time": "Europe/Bucharest",
		"Russian Standard Time": "Europe/Moscow", "Turkey Standard Time": "Europe/Istanbul", "Belarus Standard Time": "Europe/Minsk",
		"Kaliningrad Standard Time": "Europe/Kaliningrad", "Azores Standard Time": "Atlantic/Azores", "Cape Verde Standard Time": "Atlantic/Cape_Verde",
		"Israel Standard Time": "Asia/Jerusalem", "Egypt Standard Time": "Africa/Cairo", "South Africa Standard Time": "Africa/Johannesburg",
		"Morocco Standard Time": "Africa/Casablanca", "W. Central Africa Standard Time": "Africa/Lagos", "E. Africa Standard Time": "Africa/Nairobi",
		"Arabic Standard Time": "Asia/Baghdad", "Arab Standard Time": "Asia/Riyadh", "Arabian Standard Time": "Asia/Dubai",
		"Iran Standard Time": "Asia/Tehran", "Pakistan Standard Time": "Asia/Karachi", "India Standard Time": "Asia/Kolkata",
		"Sri Lanka Standard Time": "Asia/Colombo", "Nepal Standard Time": "Asia/Kathmandu", "Bangladesh Standard Time": "Asia/Dhaka",
		"SE Asia Standard Time": "Asia/Bangkok", "China Standard Time": "Asia/Shanghai", "Singapore Standard Time": "Asia/Singapore",
		"Taipei Standard Time": "Asia/Taipei", "W. Australia Standard Time": "Australia/Perth", "Tokyo Standard Time": "Asia/Tokyo",
		"Korea Standard Time": "Asia/Seoul", "Cen. Australia Standard Time": "Australia/Adelaide", "AUS Central Standard Time": "Australia/Darwin",
		"E. Australia Standard Time": "Australia/Brisbane", "AUS Eastern Standard Time": "Australia/Sydney", "Tasmania Standard Time": "Australia/Hobart",
		"New Zealand Standard Time": "Pacific/Auckland", "Hawaiian Standard Time": "Pacific/Honolulu", "Alaskan Standard Time": "America/Anchorage",
		"Pacific Standard Time": "America/Los_Angeles", "US Mountain Standard Time": "America/Phoenix", "Mountain Standard Time": "America/Denver",
		"Central Standard Time": "America/Chicago", "Canada Central Standard Time": "America/Regina", "Central America Standard Time": "America/Guatemala",
		"Central Standard Time (Mexico)": "America/Mexico_City", "Eastern Standard Time": "America/New_York", "US Eastern Standard Time": "America/Indiana/Indianapolis",
		"SA Pacific Standard Time": "America/Bogota", "Atlantic Standard Time": "America/Halifax", "Newfoundland Standard Time": "America/St_Johns",
		"SA Western Standard Time": "America/La_Paz", "Pacific SA Standard Time": "America/Santiago", "Venezuela Standard Time": "America/Caracas",
		"E. South America Standard Time": "America/Sao_Paulo", "Argentina Standard Time": "America/Argentina/Buenos_Aires",
		"Montevideo Standard Time": "America/Montevideo", "UTC": "UTC", "Coordinated Universal Time": "UTC",
	}
}
