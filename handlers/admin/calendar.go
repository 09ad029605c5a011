package admin

import (
	"cmp"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"time"

	"personalcms/ota"
	"personalcms/store"
	"personalcms/views"

	"github.com/labstack/echo/v4"
)

const (
	comingDays = 14
	pastDays   = 7
)

// calendarPage shows what was installed in the last days and what is to come, day by day in the household's zone.
func (h *Handler) calendarPage(c echo.Context) error {
	now, zone, settings := h.now(), h.household(), h.db.Settings()
	first, _ := today(now, zone)
	book := diary{first: first.AddDate(0, 0, -pastDays), days: make([][]dated, pastDays+comingDays)}
	ended, err := h.db.EndedSince(book.first)
	if err != nil {
		return err
	}
	devices := h.approved()
	book.installed(ended, zone)
	anyTime := book.windows(devices, settings, zone)
	book.stages(h.db.Rollouts(), now, zone)
	if err := h.pauses(&book, devices, zone); err != nil {
		return err
	}
	model := views.UpdateCalendar{
		Page: h.page(c, "Update calendar", "firmware", ""), Zone: zone.String(), AnyTime: anyTime,
		Past: book.shown(0, pastDays, now), Coming: book.shown(pastDays, pastDays+comingDays, now),
	}
	return show(c, http.StatusOK, views.UpdateCalendarPage(model))
}

// dated is something that happens on a day; what has no time of day comes first.
type dated struct {
	minute int
	item   views.CalendarItem
}

// diary is a number of days in a row.
type diary struct {
	first time.Time // midnight
	days  [][]dated
}

// add notes something at a time; what lies outside the days is left out.
func (d *diary) add(t time.Time, item views.CalendarItem) {
	t = t.In(d.first.Location())
	if item.Time == "" {
		item.Time = t.Format("15:04")
	}
	d.put(d.index(t), t.Hour()*60+t.Minute(), item)
}

func (d *diary) put(day, minute int, item views.CalendarItem) {
	if day >= 0 && day < len(d.days) {
		d.days[day] = append(d.days[day], dated{minute, item})
	}
}

// index is the day that a time lies in, from 0; days need not have 24 hours.
func (d *diary) index(t time.Time) int {
	for i := range d.days {
		if t.Before(d.day(i)) {
			return i - 1
		}
	}
	if t.Before(d.day(len(d.days))) {
		return len(d.days) - 1
	}
	return len(d.days)
}

func (d *diary) day(i int) time.Time { return d.first.AddDate(0, 0, i) }

// shown are the days from one to another.
func (d *diary) shown(from, to int, now time.Time) []views.CalendarDay {
	var days []views.CalendarDay
	for i := from; i < to; i++ {
		day := d.day(i)
		shown := views.CalendarDay{Name: day.Format("Mon 2 Jan"), Date: day.Format(time.DateOnly), Today: d.index(now.In(d.first.Location())) == i}
		slices.SortStableFunc(d.days[i], func(a, b dated) int { return cmp.Compare(a.minute, b.minute) })
		for _, entry := range d.days[i] {
			shown.Items = append(shown.Items, entry.item)
		}
		days = append(days, shown)
	}
	return days
}

// installed counts by day and image what became of attempts.
func (d *diary) installed(attempts []ota.Attempt, zone *time.Location) {
	type count struct{ good, bad int }
	counts := make([]map[string]count, len(d.days))
	for _, attempt := range attempts {
		day := d.index(attempt.Ended.In(zone))
		if day < 0 || day >= len(d.days) || (attempt.State != ota.StateConfirmed && !attempt.Bad()) {
			continue
		}
		if counts[day] == nil {
			counts[day] = map[string]count{}
		}
		of := counts[day][attempt.FirmwareKey]
		if attempt.Bad() {
			of.bad++
		} else {
			of.good++
		}
		counts[day][attempt.FirmwareKey] = of
	}
	for day := range counts {
		for _, key := range slices.Sorted(maps.Keys(counts[day])) {
			of, image := counts[day][key], views.Link{Text: key, URL: imageURL(key)}
			if of.good > 0 {
				d.put(day, -2, views.CalendarItem{Words: fmt.Sprintf("%d installed", of.good), Link: image, Kind: "good"})
			}
			if of.bad > 0 {
				d.put(day, -1, views.CalendarItem{Words: fmt.Sprintf("%d failed", of.bad), Link: image, Kind: "warm"})
			}
		}
	}
}

// windows notes when how many devices may install something in the days from today, and says how many may at any time.
func (d *diary) windows(devices []store.Device, settings store.Settings, zone *time.Location) string {
	type hours struct{ times, days, zone string }
	counts, windows, anyTime := map[hours]int{}, map[hours]ota.Window{}, 0
	for _, device := range devices {
		window := settings.Window(device)
		if window.Always() {
			anyTime++
			continue
		}
		in := hours{times: window.From + "–" + window.To, days: daysWords(window.Days)}
		if of := settings.Zone(device).String(); of != zone.String() {
			in.zone = of
		}
		counts[in]++
		windows[in] = window
	}
	for _, in := range slices.SortedFunc(maps.Keys(counts), func(a, b hours) int {
		return cmp.Or(cmp.Compare(a.times, b.times), cmp.Compare(a.days, b.days), cmp.Compare(a.zone, b.zone))
	}) {
		words := counted(counts[in], "device", "devices")
		if in.zone != "" {
			words += ", time of " + in.zone
		}
		opens, _ := time.Parse("15:04", windows[in].From)
		for i := pastDays; i < len(d.days); i++ {
			if windows[in].OpensOn(d.day(i).Weekday()) {
				d.put(i, opens.Hour()*60+opens.Minute(), views.CalendarItem{Time: in.times, Words: words, Kind: "window"})
			}
		}
	}
	if anyTime == 0 {
		return ""
	}
	words := counted(anyTime, "device", "devices") + " may install updates at any time."
	if len(windows) > 0 {
		words += " The others have windows, which you see below."
	}
	return words
}

// stages notes when stages of rollouts begin and when they have been well for long enough.
func (d *diary) stages(rollouts []ota.Rollout, now time.Time, zone *time.Location) {
	for _, rollout := range rollouts {
		if !rollout.InEffect() || rollout.GoesBack() || rollout.Status == ota.RolloutFinished {
			continue
		}
		link := views.Link{Text: rollout.Name, URL: rolloutURL(rollout.ID)}
		held := ""
		if rollout.Status != ota.RolloutRunning {
			held = " (" + string(rollout.Status) + ")"
		}
		for i, stage := range rollout.Stages {
			name := fmt.Sprintf("stage %d of %d", i+1, len(rollout.Stages))
			if stage.Start == ota.StartAtTime && stage.Begun.IsZero() && stage.At.After(now) {
				d.add(stage.At.In(zone), views.CalendarItem{Words: views.UpperFirst(name) + " may begin" + held, Link: link, Kind: "plan"})
			}
			soaked := stage.Reached.Add(time.Duration(stage.Soak) * time.Second)
			if i == rollout.Stage && !stage.Reached.IsZero() && soaked.After(now) {
				d.add(soaked.In(zone), views.CalendarItem{Words: views.UpperFirst(name) + " has soaked" + held, Link: link, Kind: "plan"})
			}
		}
	}
}

// pauses notes when devices that failed are offered something again.
func (h *Handler) pauses(d *diary, devices []store.Device, zone *time.Location) error {
	for _, device := range devices {
		if device.UpdateReason != ota.ReasonCoolDown && device.UpdateReason != ota.ReasonBackOff {
			continue
		}
		decided, err := h.decide(device)
		if err != nil {
			return err
		}
		if decision := decided.decision; decision.Reason == ota.ReasonCoolDown || decision.Reason == ota.ReasonBackOff {
			d.add(decision.Until.In(zone), views.CalendarItem{Words: "Tries again after failures:", Link: deviceLink(device), Kind: "warm"})
		}
	}
	return nil
}
