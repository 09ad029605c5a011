package ota

// Tally is what became of the attempts to install an image.
type Tally struct {
	Confirmed   int   `json:"confirmed"`
	Failed      int   `json:"failed"`
	RolledBack  int   `json:"rolled_back"`
	Interrupted int   `json:"interrupted"`
	Seconds     int64 `json:"seconds"` // from offer to confirmation, of all confirmed attempts together
	Saved       int64 `json:"saved"`   // bytes that patches kept from being sent, of all confirmed attempts together
}

// Count adds an attempt times times, -1 to take it out again; one that is open or came to nothing else changes nothing.
func (t Tally) Count(a Attempt, times int) Tally {
	switch a.State {
	case StateConfirmed:
		t.Confirmed += times
		t.Seconds += int64(times) * int64(a.Ended.Sub(a.Offered).Seconds())
		t.Saved += int64(times) * a.Saved()
	case StateFailed:
		t.Failed += times
	case StateRolledBack:
		t.RolledBack += times
	case StateInterrupted:
		t.Interrupted += times
	}
	return t
}

// Tried is how many attempts came to an end that says something about the image.
func (t Tally) Tried() int { return t.Confirmed + t.Failed + t.RolledBack + t.Interrupted }
