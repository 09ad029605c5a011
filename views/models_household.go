package views

// Household is what the settings say of the people who look at the panels.
type Household struct {
	Languages, Clocks, Temperatures, Winds []Option

	Place, Latitude, Longitude string // as they were typed
	Found                      []Place
	Search                     string // what was looked for; "" = nothing was

	Away, AwayUntil, AwayScreen string // Away is a sentence; "" = somebody is there
	Errors                      map[string]string
	Saved                       string // form just saved: units, place or away
}

// Place is a place that was found by its name.
type Place struct{ Name, Latitude, Longitude, TimeZone string }
