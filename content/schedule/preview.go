package schedule

import "time"

// MaxSlots is the most a preview lists.
const MaxSlots = 200

// Slot is a stretch of time during which the same is shown.
type Slot struct {
	Show  Show      `json:"show"`
	By    Layer     `json:"by"`
	From  time.Time `json:"from"`
	Until time.Time `json:"until"`
}

// Preview lists what is shown between two moments, without gaps, the first slot beginning at from and the
// last ending at to; the list ends early after MaxSlots. It is empty unless to is after from.
func Preview(in Input, from, to time.Time) []Slot {
	p := newPlan(in, from)
	var slots []Slot
	for t := from; t.Before(to) && len(slots) < MaxSlots; {
		is := p.at(t)
		slot := Slot{Show: is.show, By: is.by, From: t, Until: p.until(is, t)}
		if slot.Until.IsZero() {
			slot.Until = sooner(to, t.Add(horizon))
		}
		slot.Until = sooner(slot.Until, to)
		slots = append(slots, slot)
		t = slot.Until
	}
	return slots
}
