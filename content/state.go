package content

import "time"

// State is how fetching a source goes.
type State struct {
	LastTry       time.Time `json:"last_try"`
	LastGood      time.Time `json:"last_good"`
	Failures      int       `json:"failures"`   // since the last success
	Successes     int       `json:"successes"`  // in all
	Fails         int       `json:"fails"`      // in all
	LastError     string    `json:"last_error"` // a sentence, "" after a success
	LatencyMillis int64     `json:"latency_ms"` // of the last fetch
	AverageMillis int64     `json:"average_ms"` // of successful ones
}

// NextFetch is when a source is to be fetched next.
func NextFetch(source Source, state State) (next time.Time, ok bool) {
	return state.LastTry.Add(time.Duration(source.IntervalSeconds) * time.Second), source.IntervalSeconds > 0
}
