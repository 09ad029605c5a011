package ota_test

import (
	"errors"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"personalcms/ota"

	"github.com/google/go-cmp/cmp"
)

func TestOnBytes(t *testing.T) {
	later := noon.Add(time.Minute)
	offered := attempt("2", ota.StateOffered, 0)
	half := offered.OnBytes(500, false, later)
	if half.State != ota.StateDownloading || half.Bytes != 500 || half.CompleteDownloads != 0 || !half.Updated.Equal(later) {
		t.Errorf("half: %+v", half)
	}
	if again := half.OnBytes(200, false, later); again.Bytes != 500 {
		t.Errorf("a download from the beginning puts %d bytes back", again.Bytes)
	}
	whole := half.OnBytes(1000, true, later)
	if whole.Bytes != 1000 || whole.CompleteDownloads != 1 || whole.State != ota.StateDownloading {
		t.Errorf("whole: %+v", whole)
	}
	if over := half.OnBytes(99999, false, later); over.Bytes != 1000 {
		t.Errorf("more than there is: %d", over.Bytes)
	}
	rebooting := attempt("2", ota.StateRebooting, 0)
	if next := rebooting.OnBytes(1000, true, later); next.State != ota.StateRebooting {
		t.Errorf("a rebooting one became %s", next.State)
	}
	for _, state := range endedStates {
		ended := attempt("2", state, 0)
		if diff := cmp.Diff(ended, ended.OnBytes(700, true, later)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", state, diff)
		}
	}
}

func TestOnReport(t *testing.T) {
	later := noon.Add(time.Minute)
	open := openStates
	ended := endedStates
	for _, row := range []struct {
		report ota.Report
		want   map[ota.State]ota.State // from each open state
		bytes  int64
	}{
		{ota.Report{State: ota.StateDownloading, Bytes: 300}, map[ota.State]ota.State{
			ota.StateOffered: ota.StateDownloading, ota.StateDownloading: ota.StateDownloading, ota.StateRebooting: ota.StateRebooting,
		}, 300},
		{ota.Report{State: ota.ReportInstalled}, map[ota.State]ota.State{
			ota.StateOffered: ota.StateRebooting, ota.StateDownloading: ota.StateRebooting, ota.StateRebooting: ota.StateRebooting,
		}, 1000},
		{ota.Report{State: ota.StateConfirmed}, every(open, ota.StateConfirmed), 0},
		{ota.Report{State: ota.StateFailed, Bytes: 1000, Error: "flash"}, every(open, ota.StateFailed), 1000},
		{ota.Report{State: ota.StateRolledBack}, every(open, ota.StateRolledBack), 0},
	} {
		for from, want := range row.want {
			got, err := attempt("2", from, 0).OnReport(row.report, later)
			if err != nil || got.State != want || got.Bytes != row.bytes || !got.Updated.Equal(later) {
				t.Errorf("%s reported in %s: %v, %+v", row.report.State, from, err, got)
			}
			if got.Open() == !got.Ended.IsZero() {
				t.Errorf("%s reported in %s: ended %v", row.report.State, from, got.Ended)
			}
		}
		for _, from := range ended {
			before := attempt("2", from, 0)
			if got, err := before.OnReport(row.report, later); err != nil || got != before {
				t.Errorf("%s reported in %s changes it: %v", row.report.State, from, err)
			}
		}
	}
}

func every(from []ota.State, to ota.State) map[ota.State]ota.State {
	all := map[ota.State]ota.State{}
	for _, state := range from {
		all[state] = to
	}
	return all
}

func TestOnReportRefuses(t *testing.T) {
	before := attempt("2", ota.StateDownloading, 0)
	for name, row := range map[string]struct {
		report ota.Report
		want   error
	}{
		"no state":         {ota.Report{}, ota.ErrBadState},
		"a server's state": {ota.Report{State: ota.StateOffered}, ota.ErrBadState},
		"cancelled":        {ota.Report{State: ota.StateCancelled}, ota.ErrBadState},
		"unknown":          {ota.Report{State: "done"}, ota.ErrBadState},
		"negative":         {ota.Report{State: ota.StateDownloading, Bytes: -1}, ota.ErrBadBytes},
		"too many":         {ota.Report{State: ota.StateDownloading, Bytes: 1001}, ota.ErrBadBytes},
	} {
		if got, err := before.OnReport(row.report, noon); !errors.Is(err, row.want) || got != before {
			t.Errorf("%s: %v, %+v", name, err, got)
		}
	}
	long, err := before.OnReport(ota.Report{State: ota.StateFailed, Error: strings.Repeat("é", 300)}, noon)
	if err != nil || len(long.Error) > 200 || !utf8.ValidString(long.Error) || long.Error == "" {
		t.Errorf("a long error: %v, %d bytes", err, len(long.Error))
	}
}

func TestOnCheckIn(t *testing.T) {
	whole := func(state ota.State) ota.Attempt {
		at := attempt("2", state, 0)
		at.CompleteDownloads = 1
		return at
	}
	forced := attempt("2", ota.StateOffered, 0)
	forced.UpdateType = ota.UpdateForced
	forcedWhole := whole(ota.StateDownloading)
	forcedWhole.UpdateType = ota.UpdateForced
	named := whole(ota.StateDownloading)
	named.Named = true
	own, other := "image of T_2", "image of T_1"
	for _, row := range []struct {
		name string
		at   ota.Attempt
		in   ota.CheckIn
		want ota.State
	}{
		{"firmware 2.4.x before it has it", attempt("2", ota.StateDownloading, 0), ota.CheckIn{}, ota.StateDownloading},
		{"firmware 2.4.x after it has it", whole(ota.StateDownloading), ota.CheckIn{}, ota.StateConfirmed},
		{"a heartbeat of firmware 2.4.x", whole(ota.StateDownloading), ota.CheckIn{Heartbeat: true}, ota.StateConfirmed},
		{"a heartbeat without the image that its checks named", named, ota.CheckIn{Heartbeat: true}, ota.StateDownloading},
		{"a check without the image that an earlier one named", named, ota.CheckIn{}, ota.StateConfirmed},
		{"names the image", attempt("2", ota.StateOffered, 0), ota.CheckIn{ImageSHA256: own}, ota.StateConfirmed},
		{"names it as confirmed", attempt("2", ota.StateRebooting, 0), ota.CheckIn{ImageSHA256: own, State: "confirmed"}, ota.StateConfirmed},
		{"tries it out", whole(ota.StateDownloading), ota.CheckIn{ImageSHA256: own, State: "pending_verify"}, ota.StateOnTrial},
		{"still runs the old one", whole(ota.StateDownloading), ota.CheckIn{ImageSHA256: other}, ota.StateDownloading},
		{"went back", attempt("2", ota.StateRebooting, 0), ota.CheckIn{ImageSHA256: other, State: "rolled_back"}, ota.StateRolledBack},
		{"went back from another one", attempt("2", ota.StateOffered, 0), ota.CheckIn{ImageSHA256: other, State: "rolled_back"}, ota.StateOffered},
		{"runs what is forced, not fetched yet", forced, ota.CheckIn{ImageSHA256: own}, ota.StateOffered},
		{"runs what is forced, fetched", forcedWhole, ota.CheckIn{ImageSHA256: own}, ota.StateConfirmed},
		{"ended", attempt("2", ota.StateFailed, 0), ota.CheckIn{ImageSHA256: own}, ota.StateFailed},
	} {
		got := row.at.OnCheckIn(row.in, noon)
		if got.State != row.want {
			t.Errorf("%s: %s, want %s", row.name, got.State, row.want)
		}
		if got.Open() == !got.Ended.IsZero() {
			t.Errorf("%s: ended %v", row.name, got.Ended)
		}
	}
}
