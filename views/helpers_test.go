package views

import "testing"

func TestUpperFirst(t *testing.T) {
	for from, want := range map[string]string{"": "", "at any time": "At any time", "überhitzt": "Überhitzt", "2 failed": "2 failed"} {
		if got := UpperFirst(from); got != want {
			t.Errorf("%q became %q, want %q", from, got, want)
		}
	}
}

func TestShownRows(t *testing.T) {
	for _, row := range []struct {
		name            string
		all, from, rows int
		want            string
	}{
		{"one", 1, 1, 1, "1 device"},
		{"all", 7, 1, 7, "7 devices"},
		{"the second page", 60, 51, 10, "51 to 60 of 60 devices"},
	} {
		if got := shown(Fleet{All: row.all, From: row.from, Rows: make([]FleetRow, row.rows)}); got != row.want {
			t.Errorf("%s: %q, want %q", row.name, got, row.want)
		}
	}
}
