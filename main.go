// Command personalcms is a server for ESP32 boards with e-ink panels: it updates their firmware,
// decides what each panel shows, and keeps what their sensors say.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"runtime/debug"
	"strings"
	"sync"
	"syscall"
	"time"
	_ "time/tzdata" // zones on machines that bring none

	"personalcms/assets"
	"personalcms/content"
	"personalcms/handlers"
	"personalcms/handlers/access"
	"personalcms/handlers/admin"
	"personalcms/handlers/device"
	"personalcms/handlers/feeds"
	"personalcms/handlers/fleet"
	"personalcms/handlers/intake"
	"personalcms/handlers/jobs"
	"personalcms/handlers/screen"
	"personalcms/render"
	"personalcms/sketches/simulate"
	"personalcms/store"

	"github.com/alecthomas/kong"
	"github.com/rs/zerolog"
)

// commands is the command line.
type commands struct {
	Serve    serveCommand     `cmd:"" default:"withargs" help:"Run the server (the default)."`
	Simulate simulateCommand  `cmd:"" help:"Run devices without hardware against a server."`
	Firmware firmwareCommands `cmd:"" help:"Look at firmware files, sign them, verify signatures."`
	Version  versionCommand   `cmd:"" help:"Print the version."`
}

// program is what the commands get from the outside.
type program struct {
	ctx context.Context
	out io.Writer
	now func() time.Time
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(program{ctx: ctx, out: os.Stdout, now: time.Now}, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "personalcms:", err)
		stop()
		os.Exit(1)
	}
}

// errHelped ends a command line that only asked for help.
var errHelped = errors.New("help was shown")

// run does what a command line says.
func run(p program, args []string) (err error) {
	defer func() { // kong ends --help by calling Exit
		if r := recover(); r != nil {
			if r != errHelped {
				panic(r)
			}
			err = nil
		}
	}()
	parser, err := kong.New(&commands{}, kong.Name("personalcms"), kong.UsageOnError(), kong.Writers(p.out, os.Stderr),
		kong.Description("A server for ESP32 boards with e-ink panels."), kong.Exit(func(int) { panic(errHelped) }))
	if err != nil {
		return err
	}
	parsed, err := parser.Parse(args)
	if err != nil {
		return err
	}
	return parsed.Run(p)
}

type versionCommand struct{}

// Run prints the version.
func (versionCommand) Run(p program) error {
	_, err := fmt.Fprintln(p.out, "personalcms", version())
	return err
}

// version is the module's version, or the commit it was built from.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	if info.Main.Version != "" && info.Main.Version != "(devel)" {
		return info.Main.Version
	}
	for _, setting := range info.Settings {
		if setting.Key == "vcs.revision" {
			return setting.Value[:min(len(setting.Value), 12)]
		}
	}
	return "development"
}

// serveCommand is the server's configuration; every flag has a twin in the environment.
type serveCommand struct {
	Listen            string        `env:"PERSONALCMS_LISTEN" default:":5000" help:"Address and port to listen on."`
	Data              string        `env:"PERSONALCMS_DATA" default:"./data" help:"Folder of the data file."`
	PublicURL         string        `env:"PERSONALCMS_PUBLIC_URL" help:"What devices are told to call, such as http://personalcms.local:5000."`
	AdminPassword     string        `env:"PERSONALCMS_ADMIN_PASSWORD" help:"On the first start: make the owner “admin” with this password."`
	AdminPasswordFile string        `env:"PERSONALCMS_ADMIN_PASSWORD_FILE" help:"The same from a file." type:"path"`
	Enrolment         string        `env:"PERSONALCMS_ENROLMENT" enum:"approve,open,closed," default:"" help:"On the first start: what happens with new devices."`
	SecretKey         string        `env:"SECRET_KEY" help:"Key that signs addresses; unset, one is made and kept in the data file."`
	SecretKeyFile     string        `env:"SECRET_KEY_FILE" help:"The same from a file." type:"path"`
	ActiveTimeout     int           `env:"DEVICE_ACTIVE_TIMEOUT_SECONDS" help:"On the first start: seconds after which a silent device counts as offline."`
	MaxContentLength  int64         `env:"MAX_CONTENT_LENGTH" default:"16777216" help:"Bytes of one upload."`
	UploadFolder      string        `env:"UPLOAD_FOLDER" help:"Folder that is watched: firmware and pictures in it are imported, such as an Arduino build folder."`
	LogLevel          string        `env:"PERSONALCMS_LOG_LEVEL" enum:"debug,info,warn,error" default:"info" help:"How much is logged."`
	LogFormat         string        `env:"PERSONALCMS_LOG_FORMAT" enum:"text,json" default:"text" help:"How it is written."`
	ready             chan<- string // gets the address once it listens; for tests
}

// Run opens the data file, wires everything and serves until the context ends.
func (s serveCommand) Run(p program) (err error) {
	if err := s.readSecrets(); err != nil {
		return err
	}
	log := s.logger(p.out, p.now)
	db, err := store.Open(s.Data)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	db.SealWith(s.secret(db))
	files, err := assets.Load()
	if err != nil {
		return err
	}
	if !files.Built() {
		log.Warn().Msg("built without pages' style and the panel's fonts; “task build” brings them")
	}
	listener, err := net.Listen("tcp", s.Listen)
	if err != nil {
		return fmt.Errorf("cannot listen on %s: %w", s.Listen, err)
	}
	defer func() { _ = listener.Close() }()
	a := access.New(db, s.secret(db), strings.HasPrefix(s.PublicURL, "https://"), p.now)
	if err := s.firstStart(p, db, a, listener.Addr(), log); err != nil {
		return err
	}
	sources := feeds.New(db, content.NewFetcher(content.UserAgent(version(), ""), p.now), log, p.now)
	devices, uploads := fleet.New(db, p.now()), intake.New(db)
	router, err := s.router(db, a, files, uploads, sources, devices, log, p.now)
	if err != nil {
		return err
	}
	deltas := fleet.NewDeltas(db, log, p.now)
	var folder *intake.Folder
	if s.UploadFolder != "" {
		folder = intake.Watch(s.UploadFolder, uploads, s.MaxContentLength, log)
	}
	work := func(ctx context.Context) { jobs.Run(ctx, db, sources, devices, deltas, folder, log, p.now) }
	return s.serve(p, work, router, listener, log)
}

// readSecrets reads the secrets that are given as files.
func (s *serveCommand) readSecrets() error {
	for _, secret := range []struct {
		file string
		into *string
	}{{s.AdminPasswordFile, &s.AdminPassword}, {s.SecretKeyFile, &s.SecretKey}} {
		if secret.file == "" {
			continue
		}
		raw, err := os.ReadFile(secret.file)
		if err != nil {
			return err
		}
		*secret.into = strings.TrimSpace(string(raw))
	}
	return nil
}

func (s serveCommand) logger(out io.Writer, now func() time.Time) zerolog.Logger {
	level, err := zerolog.ParseLevel(s.LogLevel)
	if err != nil {
		level = zerolog.InfoLevel
	}
	if s.LogFormat == "text" {
		out = zerolog.ConsoleWriter{Out: out, TimeFormat: time.DateTime, NoColor: true}
	}
	stamp := zerolog.HookFunc(func(e *zerolog.Event, _ zerolog.Level, _ string) { e.Time(zerolog.TimestampFieldName, now()) })
	return zerolog.New(out).Level(level).Hook(stamp)
}

func (s serveCommand) secret(db *store.DB) []byte {
	if s.SecretKey != "" {
		return []byte(s.SecretKey)
	}
	return db.Secret()
}

// firstStart gives settings their first values, and without an owner makes one or prints the set-up link.
func (s serveCommand) firstStart(p program, db *store.DB, a *access.Access, address net.Addr, log zerolog.Logger) error {
	public, wrong := admin.CheckPublicURL(s.PublicURL)
	if wrong != "" {
		return fmt.Errorf("public URL %q: %s", s.PublicURL, wrong)
	}
	owned, err := db.HasUsers()
	if err != nil {
		return err
	}
	err = db.UpdateSettings(func(settings *store.Settings) error {
		if public != "" {
			settings.PublicURL = public
		}
		if !owned && s.Enrolment != "" {
			settings.Enrolment = s.Enrolment
		}
		if !owned && s.ActiveTimeout > 0 {
			settings.ActiveTimeout = s.ActiveTimeout
		}
		return nil
	})
	if err != nil || owned {
		return err
	}
	if s.AdminPassword != "" {
		if sentence := access.PasswordProblem(s.AdminPassword); sentence != "" {
			return errors.New("admin password: " + sentence)
		}
		log.Info().Str("user", "admin").Msg("owner made from the given password")
		return db.CreateFirstUser(store.User{Name: "admin", Role: "owner", Password: access.HashPassword(s.AdminPassword), Created: p.now()})
	}
	token := access.NewToken()
	if err := db.SetSetupToken(access.Hash(token)); err != nil {
		return err
	}
	link := setupLink(public, address) + "/setup?token=" + token
	log.Info().Str("link", link).Msg("open this link once to set up")
	_, err = fmt.Fprintf(p.out, "\n  Welcome. Open this link in a browser to set up:\n\n    %s\n\n", link)
	return err
}

// setupLink is how a person reaches the server before anything is known of its names.
func setupLink(public string, address net.Addr) string {
	if public != "" {
		return public
	}
	tcp, ok := address.(*net.TCPAddr)
	if !ok || tcp.IP.IsUnspecified() {
		host, err := os.Hostname()
		if err != nil {
			host = "localhost"
		}
		_, port, _ := net.SplitHostPort(address.String())
		return "http://" + net.JoinHostPort(host, port)
	}
	return "http://" + address.String()
}

func (s serveCommand) router(db *store.DB, a *access.Access, files *assets.Files, uploads *intake.Intake, sources *feeds.Feeds, boards *fleet.Fleet, log zerolog.Logger, now func() time.Time) (http.Handler, error) {
	renderer, err := render.New(files.Fonts(), files.Icons(), os.DirFS(filepath.Join(s.Data, "fonts")))
	if err != nil {
		return nil, err
	}
	for _, problem := range renderer.FontProblems() {
		log.Warn().Err(problem).Msg("a font cannot be used")
	}
	library, err := content.NewLibrary(db.Additions)
	if err != nil {
		return nil, err
	}
	screens := screen.New(db, renderer, library, log)
	devices := device.New(db, a, screens, library, log, now)
	pages := admin.New(db, admin.Config{
		Access: a, Intake: uploads, Screens: screens, Feeds: sources, Fleet: boards, Library: library, Files: files, Log: log, Now: now, Version: version(), MaxUpload: s.MaxContentLength,
		Places: sources.Geocode,
	})
	return handlers.New(db, files, a, devices, pages, s.MaxContentLength, log), nil
}

// How long a connection may keep the server waiting. There is no limit on writing: an image may take
// minutes over a poor link, and an event stream lasts.
const (
	headerTimeout   = 10 * time.Second
	readTimeout     = 10 * time.Minute
	idleTimeout     = 2 * time.Minute
	shutdownTimeout = 10 * time.Second
	maxHeader       = 32 << 10
)

// serve answers and lets work be done until the context ends, then lets running requests finish.
func (s serveCommand) serve(p program, work func(context.Context), router http.Handler, listener net.Listener, log zerolog.Logger) error {
	ctx, cancel := context.WithCancel(p.ctx)
	defer cancel()
	server := &http.Server{
		Handler: router, ReadHeaderTimeout: headerTimeout, ReadTimeout: readTimeout, IdleTimeout: idleTimeout, MaxHeaderBytes: maxHeader,
		BaseContext: func(net.Listener) context.Context { return ctx },
	}
	var working sync.WaitGroup
	working.Go(func() { work(ctx) })
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(handlers.ShortBuffers(listener)) }()
	log.Info().Str("address", listener.Addr().String()).Str("data", s.Data).Str("version", version()).Msg("serving")
	if s.ready != nil {
		s.ready <- listener.Addr().String()
	}
	var err error
	select {
	case err = <-failed:
	case <-p.ctx.Done():
		log.Info().Msg("stopping")
		cancel()
		grace, release := context.WithTimeout(context.WithoutCancel(p.ctx), shutdownTimeout)
		defer release()
		err = server.Shutdown(grace)
	}
	cancel()
	working.Wait()
	return err
}

// simulateCommand runs devices without hardware.
type simulateCommand struct {
	Server   string        `default:"http://localhost:5000" help:"Server to talk to."`
	Devices  int           `default:"3" help:"How many devices."`
	Duration time.Duration `default:"1m" help:"How long, on the wall."`
	Speed    float64       `default:"1" help:"Simulated seconds per second."`
	Seed     uint64        `default:"1" help:"Decides ids, readings and jitter."`
	Screens  string        `help:"Folder that gets the last screen of each device as PNG." type:"path"`
	State    string        `help:"Folder that keeps the devices' tokens and images between runs." type:"path"`
	Legacy   int           `help:"How many of them behave like firmware 2.4.x."`
	Type     string        `default:"ESP32_PersonalCMS" help:"Their device type."`
	Chip     string        `default:"esp32" help:"Their chip."`
	Prefix   string        `default:"sim" help:"What their ids begin with."`
	Deltas   bool          `help:"Let them accept patches of what they have installed."`
	Slot     int           `help:"Bytes of their update slot." default:"1966080"`
	Wake     time.Duration `help:"They sleep and wake so often, in simulated time."`
	Updates  bool          `help:"Only updates: no screens, no readings."`

	FailShare   float64 `help:"Share of them, from 0 to 1, on which an image fails."`
	FailVersion string  `help:"Only the image of this version fails."`

	Requests int  `help:"End after so many requests in total."`
	JSON     bool `help:"Print the report as JSON."`
}

// Run runs the devices; it fails when an answer broke the protocol.
func (s simulateCommand) Run(p program) error {
	for _, folder := range []string{s.Screens, s.State} {
		if folder != "" {
			if err := os.MkdirAll(folder, 0o755); err != nil {
				return err
			}
		}
	}
	report, err := simulate.Run(p.ctx, simulate.Config{
		Server: s.Server, Devices: s.Devices, Duration: s.Duration, Speed: s.Speed, Seed: s.Seed, ScreensDir: s.Screens, StateDir: s.State,
		Legacy: s.Legacy, DeviceType: s.Type, Chip: s.Chip, Prefix: s.Prefix, Deltas: s.Deltas, Requests: s.Requests, Now: p.now, Log: os.Stderr,
		SlotSize: s.Slot, WakeEvery: s.Wake, OnlyUpdates: s.Updates, Fault: simulate.FailShare(s.FailShare, s.FailVersion),
	})
	if err != nil {
		return err
	}
	if s.JSON {
		encoder := json.NewEncoder(p.out)
		encoder.SetIndent("", "  ")
		if err := encoder.Encode(report); err != nil {
			return err
		}
	} else if err := report.Print(p.out); err != nil {
		return err
	}
	if report.ViolationCount > 0 {
		return fmt.Errorf("%d answers broke the protocol", report.ViolationCount)
	}
	return nil
}
