package access

import (
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"personalcms/store"
)

// TestPasswordHashIsPHC follows the PHC string format of argon2id.
func TestPasswordHashIsPHC(t *testing.T) {
	form := regexp.MustCompile(`^\$argon2id\$v=19\$m=32768,t=3,p=2\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$`)
	one, two := HashPassword("right password"), HashPassword("right password")
	if !form.MatchString(one) {
		t.Errorf("%q", one)
	}
	if one == two {
		t.Error("two hashes of one password are the same: no salt")
	}
}

func TestCheckPassword(t *testing.T) {
	hash := HashPassword("Grüße, 世界!")
	for _, test := range []struct {
		name, hash, password string
		want                 bool
	}{
		{"right", hash, "Grüße, 世界!", true},
		{"wrong", hash, "Grüße, 世界?", false},
		{"empty", hash, "", false},
		{"the hash itself", hash, hash, false},
		{"no hash", "", "", false},
		{"other parameters", strings.Replace(hash, "t=3", "t=1", 1), "Grüße, 世界!", false},
		{"no salt", argonPrefix, "", false},
		{"only salt", hash[:strings.LastIndex(hash, "$")], "Grüße, 世界!", false},
		{"cut", hash[:len(hash)-1], "Grüße, 世界!", false},
		{"salt that is no base64", argonPrefix + "%%$" + "x", "Grüße, 世界!", false},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := checkPassword(test.hash, test.password); got != test.want {
				t.Errorf("%v, want %v", got, test.want)
			}
		})
	}
}

func TestPasswordProblem(t *testing.T) {
	for _, test := range []struct {
		name, password string
		fine           bool
	}{
		{"nine letters", "123456789", false},
		{"ten letters", "1234567890", true},
		{"nine letters of more bytes", "äöüäöüäöü", false},
		{"ten of them", "äöüäöüäöüä", true},
		{"200 bytes", strings.Repeat("x", 200), true},
		{"201 bytes", strings.Repeat("x", 201), false},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := PasswordProblem(test.password); (got == "") != test.fine {
				t.Errorf("%q", got)
			}
		})
	}
}

func TestOTAPassword(t *testing.T) {
	for _, test := range []struct {
		name, hash, user, password string
		send, want                 bool
	}{
		{"right", HashPassword("right password"), "ota", "right password", true, true},
		{"wrong password", HashPassword("right password"), "ota", "wrong password", true, false},
		{"wrong user", HashPassword("right password"), "admin", "right password", true, false},
		{"nothing sent", HashPassword("right password"), "", "", false, false},
		{"none set", "", "ota", "", true, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			a, db, _ := open(t)
			must(t, db.UpdateSettings(func(settings *store.Settings) error {
				settings.OTAUser, settings.OTAPassword = "ota", test.hash
				return nil
			}))
			request := httptest.NewRequest(http.MethodGet, "/", nil)
			if test.send {
				request.SetBasicAuth(test.user, test.password)
			}
			for range 2 { // the second time it is remembered
				if got := a.OTAPassword(request, "192.0.2.1"); got != test.want {
					t.Errorf("%v, want %v", got, test.want)
				}
			}
		})
	}
}

// TestOTAPasswordIsLimited also shows that a changed password ends what was remembered.
func TestOTAPasswordIsLimited(t *testing.T) {
	a, db, _ := open(t)
	set := func(password string) {
		hash := HashPassword(password)
		must(t, db.UpdateSettings(func(settings *store.Settings) error {
			settings.OTAUser, settings.OTAPassword = "ota", hash
			return nil
		}))
	}
	ask := func(password string) bool {
		request := httptest.NewRequest(http.MethodGet, "/", nil)
		request.SetBasicAuth("ota", password)
		return a.OTAPassword(request, "192.0.2.1")
	}
	set("right password")
	if !ask("right password") {
		t.Fatal("the right one is refused")
	}
	set("another password")
	if ask("right password") {
		t.Error("the old one still works")
	}
	for range tryBurst {
		a.logins.try("192.0.2.1", "ota ota")
	}
	if ask("another password") {
		t.Error("guessing is not limited")
	}
}
