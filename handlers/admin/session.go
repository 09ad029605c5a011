package admin

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"regexp"
	"strings"

	"personalcms/handlers/access"
	"personalcms/handlers/problem"
	"personalcms/store"
	"personalcms/views"

	"github.com/labstack/echo/v4"
)

// maxForm bounds the body of forms and JSON calls, in bytes.
const maxForm = 256 << 10

var userName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._@-]{0,63}$`)

var setupUsed = problem.New(http.StatusForbidden, "setup_used",
	"This set-up link does not work any more. Sign in, or look in the server’s log for the newest link.")

// setupToken is the token of a set-up link that may be used, else setupUsed.
func (h *Handler) setupToken(token string) error {
	hash, err := h.db.SetupToken()
	if err != nil {
		return err
	}
	if hash == "" || access.Hash(token) != hash {
		return setupUsed
	}
	return nil
}

func (h *Handler) setupPage(c echo.Context) error {
	token := c.QueryParam("token")
	if err := h.setupToken(token); err != nil {
		return err
	}
	return show(c, http.StatusOK, views.SetupPage(views.Setup{Page: h.page(c, "Welcome", "", ""), Token: token, Username: "admin"}))
}

// setup makes the owner and signs them in. The name the page was opened under is theirs, so it is
// confirmed for addresses that devices get.
func (h *Handler) setup(c echo.Context) error {
	token, name := c.FormValue("token"), strings.TrimSpace(c.FormValue("username"))
	if err := h.setupToken(token); err != nil {
		return err
	}
	problems := map[string]string{}
	if !userName.MatchString(name) {
		problems["username"] = "Take a name of up to 64 letters, digits, dots and dashes."
	}
	if sentence := access.PasswordProblem(c.FormValue("password")); sentence != "" {
		problems["password"] = sentence
	} else if c.FormValue("again") != c.FormValue("password") {
		problems["again"] = "The two passwords differ. Type the same one twice."
	}
	if len(problems) > 0 {
		return show(c, http.StatusUnprocessableEntity, views.SetupPage(views.Setup{
			Page: h.page(c, "Welcome", "", ""), Token: token, Username: name, Errors: problems,
		}))
	}
	owner := store.User{Name: name, Role: "owner", Password: access.HashPassword(c.FormValue("password")), Created: h.now()}
	if err := h.db.CreateFirstUser(owner); errors.Is(err, store.ErrExists) {
		return setupUsed
	} else if err != nil {
		return err
	}
	if err := h.confirmHost(c.Request()); err != nil {
		return err
	}
	cookie, err := h.access.OpenSession(c.Request(), name)
	if err != nil {
		return err
	}
	c.SetCookie(cookie)
	return c.Redirect(http.StatusSeeOther, "/")
}

// confirmHost lets addresses begin with the name this request came in under.
func (h *Handler) confirmHost(r *http.Request) error {
	if h.access.HostConfirmed(r) {
		return nil
	}
	return h.db.UpdateSettings(func(settings *store.Settings) error {
		settings.ConfirmedHosts = append(settings.ConfirmedHosts, r.Host)
		return nil
	})
}

var notSetUp = problem.New(http.StatusForbidden, "not_set_up",
	"This server has no owner yet. Open the link that it printed when it started; it stands in its log too.")

// owned lets people sign in only once there is somebody who can.
func (h *Handler) owned(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		owned, err := h.db.HasUsers()
		if err == nil && !owned {
			err = notSetUp
		}
		if err != nil {
			return err
		}
		return next(c)
	}
}

func (h *Handler) loginPage(c echo.Context) error {
	return show(c, http.StatusOK, views.LoginPage(views.Login{Page: h.page(c, "Sign in", "", ""), Next: local(c.QueryParam("next"))}))
}

func (h *Handler) login(c echo.Context) error {
	name, next := strings.TrimSpace(c.FormValue("username")), local(c.FormValue("next"))
	cookie, err := h.access.SignIn(c.Request(), access.Address(c), name, c.FormValue("password"))
	var p *problem.Problem
	if errors.As(err, &p) {
		h.db.NoteRefused(store.Refusal{Reason: p.Word, Address: access.Address(c), Detail: p.Detail, Last: h.now()})
		return show(c, p.Status, views.LoginPage(views.Login{Page: h.page(c, "Sign in", "", ""), Username: name, Next: next, Error: p.Detail}))
	}
	if err != nil {
		return err
	}
	c.SetCookie(cookie)
	return c.Redirect(http.StatusSeeOther, next)
}

// local keeps an address on this server: anything else leads to the first page.
func local(next string) string {
	if !strings.HasPrefix(next, "/") || strings.HasPrefix(next, "//") || strings.ContainsAny(next, "\\\r\n\t") {
		return "/"
	}
	return next
}

func (h *Handler) logout(c echo.Context) error {
	if err := h.db.DeleteSession(access.Of(c).Session); err != nil {
		return err
	}
	c.SetCookie(h.access.EmptyCookie())
	return c.Redirect(http.StatusSeeOther, "/login")
}

func (h *Handler) apiLogin(c echo.Context) error {
	var req struct {
		Username string `json:"username"`
		Password string `json:"password"`
	}
	if err := decode(c, &req); err != nil {
		return err
	}
	cookie, err := h.access.SignIn(c.Request(), access.Address(c), req.Username, req.Password)
	if err != nil {
		return err
	}
	c.SetCookie(cookie)
	return c.NoContent(http.StatusNoContent)
}

func (h *Handler) apiLogout(c echo.Context) error {
	caller, ok := h.access.Caller(c.Request())
	if !ok || caller.Session == "" {
		return problem.Unauthorized
	}
	if err := h.db.DeleteSession(caller.Session); err != nil {
		return err
	}
	c.SetCookie(h.access.EmptyCookie())
	return c.NoContent(http.StatusNoContent)
}

// decode reads the JSON body of a script's call.
func decode(c echo.Context, into any) error {
	raw, err := io.ReadAll(http.MaxBytesReader(c.Response(), c.Request().Body, maxForm))
	if err != nil {
		return problem.TooLarge
	}
	if err := json.Unmarshal(raw, into); err != nil {
		var mismatch *json.UnmarshalTypeError
		if errors.As(err, &mismatch) {
			key := strings.TrimPrefix(strings.TrimPrefix(mismatch.Field, "deviceChange."), "Source.") // encoding/json names embedded structs, too
			if key == "" {
				return problem.New(http.StatusBadRequest, "not_an_object", "The body must be one JSON object.")
			}
			p := problem.New(http.StatusBadRequest, "wrong_type", "The value of “"+key+"” has the wrong type.")
			p.Key = key
			return p
		}
		return problem.New(http.StatusBadRequest, "malformed_json", "The body is not valid JSON.")
	}
	return nil
}
