package store

import (
	"encoding/json"
	"slices"
)

// preferenceKeys are those that PROTOCOL §4 names; any other key of the object is a category.
var preferenceKeys = []string{"jokes", "riddles", "news", "layout", "refresh_seconds"}

// MarshalJSON writes the further categories beside the first three.
func (p Preferences) MarshalJSON() ([]byte, error) {
	type plain Preferences
	raw, err := json.Marshal(plain(p))
	if err != nil || len(p.More) == 0 {
		return raw, err
	}
	more, err := json.Marshal(p.More)
	return slices.Concat(raw[:len(raw)-1], []byte(","), more[1:]), err
}

// UnmarshalJSON takes every other key that holds a list of names as a category; what holds something else is
// left out, for devices send keys that the server does not know.
func (p *Preferences) UnmarshalJSON(raw []byte) error {
	type plain Preferences
	var known plain
	if err := json.Unmarshal(raw, &known); err != nil {
		return err
	}
	var all map[string]json.RawMessage
	if err := json.Unmarshal(raw, &all); err != nil {
		return err
	}
	*p = Preferences(known)
	for name, value := range all {
		var names []string
		if !slices.Contains(preferenceKeys, name) && json.Unmarshal(value, &names) == nil {
			p.Choose(name, names)
		}
	}
	return nil
}
