package admin

import (
	"net"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"personalcms/handlers/access"
	"personalcms/handlers/problem"
	"personalcms/store"
	"personalcms/views"

	"github.com/labstack/echo/v4"
)

func (h *Handler) settingsPage(c echo.Context) error {
	return h.showSettings(c, http.StatusOK, func(*views.Settings) {})
}

// showSettings is the page, with what a form wants to say.
func (h *Handler) showSettings(c echo.Context, status int, say func(*views.Settings)) error {
	settings := h.db.Settings()
	model := views.Settings{
		Page: h.page(c, "Settings", "settings", ""), Enrolment: settings.Enrolment, PendingLimit: settings.PendingLimit,
		PublicURL: settings.PublicURL, TimeZone: settings.TimeZone, TimeZones: timeZones, ActiveTimeout: settings.ActiveTimeout,
		RefreshSeconds: settings.RefreshSeconds, Hosts: settings.ConfirmedHosts, OTAUser: settings.OTAUser, OTAPassword: settings.OTAPassword != "",
		Household: h.householdModel(settings), Downloads: downloadsModel(settings.Downloads), Updates: updatesModel(settings.Updates),
	}
	if err := h.signingModel(&model.Signing, settings.Signatures); err != nil {
		return err
	}
	if !h.access.HostConfirmed(c.Request()) {
		model.ThisHost = c.Request().Host
	}
	keys, err := h.db.Keys()
	if err != nil {
		return err
	}
	for _, key := range keys {
		model.Keys = append(model.Keys, views.Key{
			ID: key.ID, Name: key.Name, Scopes: "scopes " + list(key.Scopes), Created: when(key.Created, h.now(), h.household()),
		})
	}
	if model.Sessions, err = h.db.Sessions(access.Of(c).Name); err != nil {
		return err
	}
	say(&model)
	return show(c, status, views.SettingsPage(model))
}

// savedSettings shows the page again with a mark at the form that was saved.
func (h *Handler) savedSettings(c echo.Context, form, words string) error {
	if err := h.audit(c, "", words); err != nil {
		return err
	}
	return h.showSettings(c, http.StatusOK, func(model *views.Settings) { model.Saved = form })
}

// refusedSettings shows the page again with what was typed and what is wrong with it.
func (h *Handler) refusedSettings(c echo.Context, problems map[string]string) error {
	return h.showSettings(c, http.StatusUnprocessableEntity, func(model *views.Settings) {
		model.Errors = problems
		for name, into := range map[string]*string{
			"public_url": &model.PublicURL, "time_zone": &model.TimeZone, "ota_user": &model.OTAUser,
			"signer_name": &model.Signing.Name, "public_key": &model.Signing.Public,
		} {
			if c.Request().Form.Has(name) {
				*into = c.FormValue(name)
			}
		}
	})
}

// numberField reads a whole number between two bounds; out of them it notes a problem.
func numberField(c echo.Context, name string, low, high int, problems map[string]string) int {
	n, err := strconv.Atoi(strings.TrimSpace(c.FormValue(name)))
	if err != nil || n < low || n > high {
		problems[name] = "Take a whole number from " + strconv.Itoa(low) + " to " + strconv.Itoa(high) + "."
	}
	return n
}

func (h *Handler) formEnrolment(c echo.Context) error {
	problems := map[string]string{}
	policy, limit := c.FormValue("enrolment"), numberField(c, "pending_limit", 1, 10000, problems)
	if !slices.Contains([]string{store.EnrolApprove, store.EnrolOpen, store.EnrolClosed}, policy) {
		problems["enrolment"] = "Choose one of the three."
	}
	if len(problems) > 0 {
		return h.refusedSettings(c, problems)
	}
	err := h.db.UpdateSettings(func(settings *store.Settings) error {
		settings.Enrolment, settings.PendingLimit = policy, limit
		return nil
	})
	if err != nil {
		return err
	}
	return h.savedSettings(c, "enrolment", "set enrolment to "+policy)
}

// CheckPublicURL is the address devices are told to call, tidied, and a sentence when it cannot be one.
func CheckPublicURL(text string) (string, string) {
	text = strings.TrimRight(strings.TrimSpace(text), "/")
	if text == "" {
		return "", ""
	}
	parsed, err := url.Parse(text)
	if err != nil || (parsed.Scheme != "http" && parsed.Scheme != "https") || parsed.Host == "" || parsed.Path != "" ||
		parsed.RawQuery != "" || parsed.Fragment != "" || parsed.User != nil || len(text) > 200 {
		return text, "Write it like http://personalcms.local:5000, with nothing behind the name and port."
	}
	return text, ""
}

func (h *Handler) formServer(c echo.Context) error {
	problems := map[string]string{}
	public, wrong := CheckPublicURL(c.FormValue("public_url"))
	if wrong != "" {
		problems["public_url"] = wrong
	}
	zone := strings.TrimSpace(c.FormValue("time_zone"))
	if _, err := time.LoadLocation(zone); err != nil || zone == "" || zone == "Local" {
		problems["time_zone"] = "There is no time zone of this name. Write it like Europe/Berlin."
	}
	timeout := numberField(c, "active_timeout", 30, 604800, problems)
	refresh := numberField(c, "refresh_seconds", 60, 604800, problems)
	if len(problems) > 0 {
		return h.refusedSettings(c, problems)
	}
	err := h.db.UpdateSettings(func(settings *store.Settings) error {
		settings.PublicURL, settings.TimeZone, settings.ActiveTimeout, settings.RefreshSeconds = public, zone, timeout, refresh
		return nil
	})
	if err != nil {
		return err
	}
	return h.savedSettings(c, "server", "changed the server’s settings")
}

var hostForm = regexp.MustCompile(`^[A-Za-z0-9._-]{1,253}$|^\[[0-9a-fA-F:]{2,45}\]$`)

// formAddHost confirms a name of this server: only the one the page was opened under can be.
func (h *Handler) formAddHost(c echo.Context) error {
	host := c.FormValue("host")
	name, _, err := net.SplitHostPort(host)
	if err != nil {
		name = host
	}
	if host != c.Request().Host || !hostForm.MatchString(strings.Trim(name, "[]")) && !hostForm.MatchString(name) {
		return problem.New(http.StatusUnprocessableEntity, "bad_host", "Only the name under which this page was opened can be confirmed.")
	}
	if err := h.confirmHost(c.Request()); err != nil {
		return err
	}
	return h.savedSettings(c, "hosts", "confirmed the name "+host)
}

func (h *Handler) formRemoveHost(c echo.Context) error {
	host := c.FormValue("host")
	err := h.db.UpdateSettings(func(settings *store.Settings) error {
		settings.ConfirmedHosts = slices.DeleteFunc(settings.ConfirmedHosts, func(name string) bool { return name == host })
		return nil
	})
	if err != nil {
		return err
	}
	return h.savedSettings(c, "hosts", "removed the name "+host)
}

func (h *Handler) formOTA(c echo.Context) error {
	user, password := strings.TrimSpace(c.FormValue("ota_user")), c.FormValue("ota_password")
	hash := h.db.Settings().OTAPassword
	problems := map[string]string{}
	switch {
	case c.FormValue("remove") == "true":
		user, hash = "", ""
	case !userName.MatchString(user):
		problems["ota_user"] = "Take a name of up to 64 letters, digits, dots and dashes."
	case password == "" && hash == "":
		problems["ota_password"] = "Take a password of at least 10 characters."
	case password != "":
		if sentence := access.PasswordProblem(password); sentence != "" {
			problems["ota_password"] = sentence
		} else {
			hash = access.HashPassword(password)
		}
	}
	if len(problems) > 0 {
		return h.refusedSettings(c, problems)
	}
	err := h.db.UpdateSettings(func(settings *store.Settings) error {
		settings.OTAUser, settings.OTAPassword = user, hash
		return nil
	})
	if err != nil {
		return err
	}
	return h.savedSettings(c, "ota", "changed the OTA user and password")
}

var keyScopes = []string{"read", "write", "firmware"}

// newKey makes an API key; the key itself is returned once.
func (h *Handler) newKey(c echo.Context, name string, scopes []string) (store.APIKey, string, map[string]string, error) {
	problems := map[string]string{}
	if name = strings.TrimSpace(name); name == "" || len([]rune(name)) > maxName {
		problems["name"] = "A name has 1 to 64 characters."
	}
	unknown := func(scope string) bool { return !slices.Contains(keyScopes, scope) }
	if len(scopes) == 0 || slices.ContainsFunc(scopes, unknown) {
		problems["scopes"] = "Choose at least one of read, write and firmware."
	}
	if len(problems) > 0 {
		return store.APIKey{}, "", problems, nil
	}
	id, secret := access.NewKey()
	key := store.APIKey{ID: id, Name: name, Hash: access.Hash(secret), Scopes: scopes, Created: h.now().UTC()}
	if err := h.db.AddKey(key); err != nil {
		return key, "", nil, err
	}
	return key, secret, nil, h.audit(c, "", "made the API key "+name)
}

func (h *Handler) formKey(c echo.Context) error {
	values, err := c.FormParams()
	if err != nil {
		return problem.TooLarge
	}
	_, secret, problems, err := h.newKey(c, values.Get("name"), values["scopes"])
	if err != nil {
		return err
	}
	if problems != nil {
		return h.refusedSettings(c, problems)
	}
	return h.showSettings(c, http.StatusOK, func(model *views.Settings) { model.NewKey = secret })
}

func (h *Handler) apiCreateKey(c echo.Context) error {
	var req struct {
		Name   string   `json:"name"`
		Scopes []string `json:"scopes"`
	}
	if err := decode(c, &req); err != nil {
		return err
	}
	if caller := access.Of(c); caller.Session == "" && slices.ContainsFunc(req.Scopes, func(scope string) bool {
		return scope != "read" && slices.Contains(keyScopes, scope) && !caller.May(scope)
	}) {
		return problem.New(http.StatusForbidden, "forbidden", "A key can only make keys that may no more than itself.")
	}
	key, secret, problems, err := h.newKey(c, req.Name, req.Scopes)
	if err != nil {
		return err
	}
	for _, field := range []string{"name", "scopes"} {
		if sentence := problems[field]; sentence != "" {
			p := problem.New(http.StatusBadRequest, "bad_value", sentence)
			p.Key = field
			return p
		}
	}
	return c.JSON(http.StatusCreated, map[string]string{"id": key.ID, "key": secret})
}

func (h *Handler) formRevokeKey(c echo.Context) error {
	if err := h.db.DeleteKey(c.FormValue("id")); err != nil {
		return err
	}
	return h.savedSettings(c, "keys", "revoked an API key")
}

func (h *Handler) formPassword(c echo.Context) error {
	user, err := h.db.User(access.Of(c).Name)
	if err != nil {
		return err
	}
	problems := map[string]string{}
	if sentence := access.PasswordProblem(c.FormValue("new")); sentence != "" {
		problems["new"] = sentence
	} else if c.FormValue("again") != c.FormValue("new") {
		problems["again"] = "The two passwords differ. Type the same one twice."
	}
	if len(problems) == 0 {
		if err := h.access.Verify(access.Address(c), user, c.FormValue("current")); err != nil {
			problems["current"] = problem.Of(err).Detail
		}
	}
	if len(problems) > 0 {
		return h.refusedSettings(c, problems)
	}
	if err := h.db.SetPassword(user.Name, access.HashPassword(c.FormValue("new"))); err != nil {
		return err
	}
	cookie, err := h.access.OpenSession(c.Request(), user.Name)
	if err != nil {
		return err
	}
	c.SetCookie(cookie)
	return h.savedSettings(c, "password", "changed their password")
}

func (h *Handler) formLogoutEverywhere(c echo.Context) error {
	if err := h.db.DeleteSessions(access.Of(c).Name); err != nil {
		return err
	}
	c.SetCookie(h.access.EmptyCookie())
	return c.Redirect(http.StatusSeeOther, "/login")
}

// household is the time zone of the whole installation.
func (h *Handler) household() *time.Location {
	zone, err := time.LoadLocation(h.db.Settings().TimeZone)
	if err != nil {
		return time.UTC
	}
	return zone
}
