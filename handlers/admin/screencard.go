package admin

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"personalcms/content/schedule"
	"personalcms/handlers/screen"
	"personalcms/store"
	"personalcms/views"
)

// onScreen is what a device shows now, why, and what comes next.
func (h *Handler) onScreen(device store.Device) views.OnScreen {
	now := h.now()
	plan, status := h.screens.Plan(device, now), h.db.Status(device.ID)
	zone := h.db.Settings().Zone(device)
	shown := views.OnScreen{
		ID: device.ID, Why: plan.Why, Wake: plan.WakeWhy, Warnings: plan.Warnings, Credits: h.screens.Credits(plan), Today: h.deviceDay(device, now),
	}
	if other, err := h.db.Device(device.Mirror); err == nil {
		shown.Why = "Mirrors " + other.Title() + ". " + shown.Why
	}
	switch {
	case status.NextRefresh.IsZero():
	case status.NextRefresh.After(now):
		shown.Told = "It was told to ask again at " + when(status.NextRefresh, now, zone) + "."
	default:
		shown.Told = "It was told to ask again at " + when(status.NextRefresh, now, zone) + " and has not done so yet."
	}
	return shown
}

// screenControl are the forms of what a device shows.
func (h *Handler) screenControl(device store.Device) (views.ScreenControl, error) {
	now, settings := h.now(), h.db.Settings()
	zone := settings.Zone(device)
	control := views.ScreenControl{ID: device.ID, Minutes: strconv.Itoa(int(usualShow / time.Minute)), Errors: map[string]string{}}
	control.Playlists, control.Edit = h.playlistOptions(device)
	control.Mirrors, control.Mirrored = h.mirrorOptions(device)
	var err error
	if control.Things, err = h.things(device.Override.Entry.Kind + ":" + device.Override.Entry.Ref); err != nil {
		return control, err
	}
	if device.Override.Until.After(now) {
		title, _ := h.titleOf(device.Override.Entry.Kind, device.Override.Entry.Ref)
		control.Override = "“" + title + "” until " + when(device.Override.Until, now, zone)
	}
	for _, message := range device.Messages {
		if message.Expires.IsZero() || message.Expires.After(now) {
			control.Messages = append(control.Messages, messageLine(message, now, zone))
		}
	}
	control.Away = awayWords("Away", device.Away, now, zone)
	control.Household = awayWords("The whole household is away", settings.Away, now, zone)
	err = h.buttonChoices(device, &control)
	return control, err
}

func messageLine(message schedule.Message, now time.Time, zone *time.Location) views.MessageLine {
	facts := "since " + when(message.From, now, zone)
	if !message.Expires.IsZero() {
		facts += ", until " + when(message.Expires, now, zone)
	}
	switch {
	case message.Priority < 0:
		facts += ", quiet"
	case message.Priority > 0:
		facts += fmt.Sprintf(", priority %d", message.Priority)
	}
	return views.MessageLine{ID: message.ID, Text: message.Text, Facts: facts}
}

// awayWords says since and until when somebody is away; "" when nobody is.
func awayWords(who string, away schedule.Away, now time.Time, zone *time.Location) string {
	if away.Since.IsZero() || !away.Until.IsZero() && !away.Until.After(now) {
		return ""
	}
	words := who + " since " + when(away.Since, now, zone)
	if away.Until.IsZero() {
		return words + ", until further notice."
	}
	return words + ", until " + when(away.Until, now, zone) + "."
}

// playlistOptions are the playlists that a device may show, and the address of the one that it does.
func (h *Handler) playlistOptions(device store.Device) (options []views.Option, edit string) {
	usual := "the default layout, for no playlist is the default one"
	for _, playlist := range h.db.Playlists() {
		if playlist.Default {
			usual = "the default one: " + playlist.Name
		}
	}
	options = []views.Option{{Label: usual, Selected: device.Playlist == ""}}
	for _, playlist := range h.db.Playlists() {
		options = append(options, views.Option{Value: playlist.ID, Label: playlist.Name, Selected: device.Playlist == playlist.ID})
	}
	if playlist := h.db.PlaylistOf(device); playlist.ID != "" {
		edit = playlistURL(playlist.ID)
	}
	return options, edit
}

// mirrorOptions are the devices that one may mirror, and which mirror it.
func (h *Handler) mirrorOptions(device store.Device) (options []views.Option, mirrored string) {
	options = []views.Option{{Label: "no other device", Selected: device.Mirror == ""}}
	var names []string
	for _, other := range h.db.Devices() {
		if other.Mirror == device.ID {
			names = append(names, other.Title())
		}
		if other.ID == device.Mirror || h.mirrorProblem(device.ID, other.ID) == "" {
			options = append(options, views.Option{Value: other.ID, Label: other.Title(), Selected: device.Mirror == other.ID})
		}
	}
	if len(names) > 0 {
		mirrored = "Mirrored by " + list(names) + "."
	}
	return options, mirrored
}

// presses are the ways to press a button.
var presses = []struct{ name, label string }{{"short", "Pressed"}, {"long", "Held"}, {"double", "Pressed twice"}}

// buttonChoices fills in what buttons and cards do.
func (h *Handler) buttonChoices(device store.Device, control *views.ScreenControl) error {
	actions := func(chosen string) []views.Option { return h.actions(device, chosen) }
	for _, press := range presses {
		control.Presses = append(control.Presses, views.PressChoice{
			Name: press.name, Label: press.label, Actions: actions(screen.Action(device.Buttons, press.name, "")),
		})
	}
	var uids []string
	for uid := range device.Buttons.Cards {
		uids = append(uids, uid)
	}
	slices.Sort(uids)
	for _, uid := range uids {
		control.Cards = append(control.Cards, views.PressChoice{Name: uid, Label: uid, Actions: actions(device.Buttons.Cards[uid])})
	}
	control.Actions = actions("next")
	entries, err := h.db.Log(device.ID, cardsLooked)
	for _, entry := range entries {
		text, isCard := strings.CutPrefix(entry.Message, "NFC card ")
		uid := cardUID(text)
		_, known := device.Buttons.Cards[uid]
		if isCard && entry.Kind == store.LogEvent && uid != "" && !known && !slices.Contains(control.Seen, uid) && len(control.Seen) < cardsShown {
			control.Seen = append(control.Seen, uid)
		}
	}
	return err
}

const (
	cardsLooked = 200 // log entries of a device that are searched for cards
	cardsShown  = 5
	maxCards    = 50
)

var cardForm = regexp.MustCompile(`^([0-9A-F]{2}){1,16}$`)

// cardUID is a card's number as it is kept; "" if it is none.
func cardUID(text string) string {
	uid := strings.ToUpper(strings.NewReplacer(":", "", "-", "", " ", "").Replace(text))
	if !cardForm.MatchString(uid) {
		return ""
	}
	return uid
}

// actions are what a press can do at a device.
func (h *Handler) actions(device store.Device, chosen string) []views.Option {
	options := []views.Option{{Value: "", Label: "nothing"}, {Value: "next", Label: "next"}, {Value: "previous", Label: "previous"}}
	if other, err := h.db.Device(device.Mirror); err == nil {
		device = other
	}
	for i, entry := range h.db.PlaylistOf(device).Entries {
		title, ok := h.titleOf(entry.Kind, entry.Ref)
		if !ok {
			title = "(it is gone)"
		}
		options = append(options, views.Option{Value: fmt.Sprintf("entry:%d", i+1), Label: fmt.Sprintf("go to %d: %s", i+1, title)})
	}
	if chosen != "" && !slices.ContainsFunc(options, func(o views.Option) bool { return o.Value == chosen }) {
		options = append(options, views.Option{Value: chosen, Label: "go to " + strings.TrimPrefix(chosen, "entry:") + " (not in this playlist)"})
	}
	for i := range options {
		options[i].Selected = options[i].Value == chosen
	}
	return options
}

// doesSomething tells whether an action is one that a press can have.
func doesSomething(action string) bool {
	number, isEntry := strings.CutPrefix(action, "entry:")
	if isEntry {
		n, err := strconv.Atoi(number)
		return err == nil && n >= 1 && n <= schedule.MaxEntries
	}
	return action == "next" || action == "previous"
}
