package store

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestPreferencesAsJSON(t *testing.T) {
	for _, test := range []struct {
		name, in, out string
		want          Preferences
	}{
		{
			"the three of old", `{"jokes":["dad_jokes"],"riddles":[],"news":null,"layout":"default"}`,
			`{"jokes":["dad_jokes"],"riddles":[],"news":null,"layout":"default"}`,
			Preferences{Jokes: []string{"dad_jokes"}, Riddles: []string{}, Layout: "default"},
		},
		{
			"further categories", `{"quotes":["wisdom"],"facts":["space","sea"],"refresh_seconds":600}`,
			`{"jokes":null,"riddles":null,"news":null,"layout":"","refresh_seconds":600,"facts":["space","sea"],"quotes":["wisdom"]}`,
			Preferences{More: map[string][]string{"quotes": {"wisdom"}, "facts": {"space", "sea"}}, RefreshSeconds: 600},
		},
		{
			"keys that are no categories", `{"theme":"dark","volume":3,"quotes":[]}`,
			`{"jokes":null,"riddles":null,"news":null,"layout":""}`,
			Preferences{},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := Preferences{Jokes: []string{"of before"}}
			if err := json.Unmarshal([]byte(test.in), &got); err != nil {
				t.Fatal(err)
			}
			raw, err := json.Marshal(got)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff([]any{test.want, test.out}, []any{got, string(raw)}); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
