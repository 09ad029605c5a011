package simulate

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"
)

// Violation is one answer that contradicts PROTOCOL.md.
type Violation struct {
	Device   string `json:"device"`
	Endpoint string `json:"endpoint"`
	What     string `json:"what"`
}

// Latency holds percentiles of the time from sending a request to its last byte.
type Latency struct {
	P50 time.Duration `json:"p50"`
	P95 time.Duration `json:"p95"`
	P99 time.Duration `json:"p99"`
}

// Report is what happened in one Run.
type Report struct {
	// Devices were simulated, Approved of them were told that they are approved.
	Devices  int `json:"devices"`
	Approved int `json:"approved"`
	// Requests counts by endpoint what was sent, Latency what was answered.
	Requests map[string]int     `json:"requests"`
	Latency  map[string]Latency `json:"latency"`
	// Refused counts answers that were neither success nor 304, by "<endpoint> <status>".
	Refused map[string]int `json:"refused"`
	// ConnectionErrors counts requests without a complete answer: refused, cut, timed out.
	ConnectionErrors int `json:"connection_errors"`
	// Bytes is the size of all bodies received.
	Bytes int64 `json:"bytes"`
	// Screens were downloaded, NotModified were 304.
	Screens     int `json:"screens"`
	NotModified int `json:"not_modified"`
	// Updates were installed, Confirmed were reported as confirmed, FailedUpdates refused by the device or rolled back, which
	// RolledBack counts.
	Updates       int `json:"updates"`
	Confirmed     int `json:"confirmed"`
	FailedUpdates int `json:"failed_updates"`
	RolledBack    int `json:"rolled_back"`
	// DeltaUpdates of the Updates were made by patches of DeltaBytes in all; DeltaFallbacks patches came to nothing, and the
	// whole image was fetched.
	DeltaUpdates   int   `json:"delta_updates"`
	DeltaBytes     int64 `json:"delta_bytes"`
	DeltaFallbacks int   `json:"delta_fallbacks"`
	// Commands were executed.
	Commands int `json:"commands"`
	// Violations holds the first 200, ViolationCount counts all.
	Violations     []Violation `json:"violations"`
	ViolationCount int         `json:"violation_count"`
}

// Total is the number of requests sent to all endpoints.
func (r *Report) Total() int {
	total := 0
	for _, n := range r.Requests {
		total += n
	}
	return total
}

// Print writes the report for a person at a terminal.
func (r *Report) Print(w io.Writer) error {
	_, err := r.WriteTo(w)
	return err
}

// WriteTo writes the report for a person at a terminal; it implements io.WriterTo.
func (r *Report) WriteTo(w io.Writer) (int64, error) {
	n, err := io.WriteString(w, r.String())
	return int64(n), err
}

// String is the report as a person reads it.
func (r *Report) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "devices %d, approved %d; %d requests, %d bytes received, %d connection errors\n",
		r.Devices, r.Approved, r.Total(), r.Bytes, r.ConnectionErrors)
	fmt.Fprintf(&b, "screens %d, not modified %d; updates installed %d, confirmed %d, failed %d; commands %d\n",
		r.Screens, r.NotModified, r.Updates, r.Confirmed, r.FailedUpdates, r.Commands)
	if r.DeltaUpdates+r.DeltaFallbacks > 0 {
		fmt.Fprintf(&b, "updates by patch %d, %d bytes; patches that came to nothing %d\n", r.DeltaUpdates, r.DeltaBytes, r.DeltaFallbacks)
	}
	fmt.Fprintf(&b, "%-16s %9s %10s %10s %10s\n", "endpoint", "requests", "p50", "p95", "p99")
	for _, name := range slices.Sorted(maps.Keys(r.Requests)) {
		l := r.Latency[name]
		fmt.Fprintf(&b, "%-16s %9d %10s %10s %10s\n", name, r.Requests[name], short(l.P50), short(l.P95), short(l.P99))
	}
	for _, name := range slices.Sorted(maps.Keys(r.Refused)) {
		fmt.Fprintf(&b, "refused: %s × %d\n", name, r.Refused[name])
	}
	fmt.Fprintf(&b, "violations: %d\n", r.ViolationCount)
	for _, v := range r.Violations {
		fmt.Fprintf(&b, "  %s %s: %s\n", v.Device, v.Endpoint, v.What)
	}
	if more := r.ViolationCount - len(r.Violations); more > 0 {
		fmt.Fprintf(&b, "  … and %d more\n", more)
	}
	return b.String()
}

// short rounds a latency to about three digits.
func short(d time.Duration) string {
	switch {
	case d >= time.Second:
		return d.Round(10 * time.Millisecond).String()
	case d >= time.Millisecond:
		return d.Round(10 * time.Microsecond).String()
	default:
		return d.Round(100 * time.Nanosecond).String()
	}
}
