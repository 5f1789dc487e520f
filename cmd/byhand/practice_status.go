package main

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"byhand/session/practice"
	"byhand/session/text"

	"github.com/spf13/cobra"
)

// A beacon is the file by which others find a running practice server: where it answers, and the secret that lets them
// change something. It lies in the state directory, for its owner's eyes.
type beacon struct {
	PID     int    `json:"pid"`
	Address string `json:"address"`
	Secret  string `json:"secret"`

	file string
}

// light opens a front on this machine and writes the beacon. A home that cannot be written to costs the status, not the server.
func (a *app) light(srv *practice.Server) (out func()) {
	dir, err := a.stateDir()
	if err != nil {
		return func() {}
	}
	secret := make([]byte, 16)
	_, _ = rand.Read(secret) // never fails
	b := beacon{PID: os.Getpid(), Secret: hex.EncodeToString(secret)}
	f, err := openFront(srv, "127.0.0.1:0", b.Secret)
	if err != nil {
		return func() {}
	}
	b.Address = f.listener.Addr().String()
	dir = filepath.Join(dir, "practice")
	b.file = filepath.Join(dir, fmt.Sprintf("%d-%s.json", b.PID, b.Secret[:8]))
	line, err := json.Marshal(b)
	if err == nil && os.MkdirAll(dir, 0o700) == nil {
		_ = os.WriteFile(b.file, line, 0o600)
	}
	return func() {
		_ = os.Remove(b.file)
		f.close()
	}
}

// beacons gives the servers that have left a file and still answer; the files of others are removed.
func (a *app) beacons(ctx context.Context) (found []beacon, states []practice.Status) {
	dir, err := a.stateDir()
	if err != nil {
		return nil, nil
	}
	files, _ := filepath.Glob(filepath.Join(dir, "practice", "*.json")) // the pattern is well formed
	for _, file := range files {
		var b beacon
		line, err := os.ReadFile(file)
		if err != nil || json.Unmarshal(line, &b) != nil {
			continue
		}
		b.file = file
		s, err := askStatus(ctx, b.Address)
		if errors.Is(err, syscall.ECONNREFUSED) { // it was killed
			_ = os.Remove(file)
		}
		if err == nil {
			found, states = append(found, b), append(states, s)
		}
	}
	return found, states
}

func askStatus(ctx context.Context, address string) (practice.Status, error) {
	var s practice.Status
	body, err := askFront(ctx, address, "/status")
	if err == nil {
		err = json.Unmarshal(body, &s)
	}
	return s, err
}

// practiceStatus tells about the practice servers that run.
func (a *app) practiceStatus() *cobra.Command {
	var address string
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "status",
		Short: sayStatusShort.In(a.lang),
		Args:  noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			states, err := a.statuses(cmd.Context(), address)
			if err != nil {
				return err
			}
			for _, s := range states {
				if asJSON {
					if err := json.NewEncoder(a.out).Encode(s); err != nil {
						return err
					}
					continue
				}
				fmt.Fprint(a.out, a.statusText(s))
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&address, "metrics", "", sayStatusAtFlag.In(a.lang))
	cmd.Flags().BoolVar(&asJSON, "json", false, sayStatusJSONFlag.In(a.lang))
	return cmd
}

func (a *app) statuses(ctx context.Context, address string) ([]practice.Status, error) {
	if address != "" {
		s, err := askStatus(ctx, address)
		if err != nil {
			return nil, &failure{what: sayNoStatusAt.With(address, err.Error()), hint: sayStatusHint.With()}
		}
		return []practice.Status{s}, nil
	}
	_, states := a.beacons(ctx)
	if len(states) == 0 {
		return nil, &failure{what: sayNoServer.With(), hint: sayStatusHint.With()}
	}
	return states, nil
}

// statusText is the state for people: one matter a line.
func (a *app) statusText(s practice.Status) string {
	var doors []string
	for _, name := range slices.Sorted(maps.Keys(s.Addresses)) {
		doors = append(doors, name+" "+s.Addresses[name])
	}
	age := time.Since(s.Started).Round(time.Second)
	return sayStatus.With(strings.Join(doors, ", "), age.String(), s.Voice, s.Domain, s.Connections, s.ConnLimit, s.Opened, s.Refused, s.Accounts, s.Logins,
		s.BadLogins, s.Letters, s.Received, s.Fetched, kib(s.Held), kib(s.HeldLimit), s.Faults, s.Limited).In(a.lang)
}

func kib(octets int64) string { return fmt.Sprintf("%d KiB", (octets+1023)/1024) }

// practiceReset puts maildrops of running servers back to how their world began.
func (a *app) practiceReset() *cobra.Command {
	return &cobra.Command{
		Use:   "reset USER...",
		Short: sayResetShort.In(a.lang),
		Args:  words(1, 0, sayResetArgs),
		RunE: func(cmd *cobra.Command, users []string) error {
			servers, _ := a.beacons(cmd.Context())
			if len(servers) == 0 {
				return &failure{what: sayNoServer.With(), hint: sayResetHint.With()}
			}
			for _, user := range users {
				known := false
				for _, b := range servers {
					_, err := askFront(cmd.Context(), b.Address, "/"+b.Secret+"/reset/"+user)
					known = known || err == nil
				}
				if !known {
					return &failure{what: sayNoSuchUser.With(visible(user)), hint: sayResetHint.With()}
				}
				fmt.Fprintln(a.out, sayResetDone.With(visible(user)).In(a.lang))
			}
			return nil
		},
	}
}

var (
	sayStatusShort    = text.T{EN: "tell about the practice servers that run", ZH: "查看正在运行的练习服务器"}
	sayStatusAtFlag   = text.T{EN: "ask the server that was started with this --metrics address", ZH: "询问以这个 --metrics 地址启动的服务器"}
	sayStatusJSONFlag = text.T{EN: "one line of JSON a server", ZH: "每台服务器输出一行 JSON"}
	sayNoStatusAt     = text.T{EN: "No practice server answers at %s: %s.", ZH: "%s 没有练习服务器应答：%s。"}
	sayNoServer       = text.T{EN: "No practice server of yours runs.", ZH: "你没有正在运行的练习服务器。"}
	sayStatusHint     = text.T{EN: "`byhand practice` starts one. One that somebody else runs is asked by `--metrics ADDRESS`.",
		ZH: "用 `byhand practice` 启动一台；别人运行的服务器，可用 `--metrics 地址` 询问。"}
	sayStatus = text.T{
		EN: `%[1]s
  running for   %[2]s, voice %[3]s, domain %[4]s
  connections   %[5]d of %[6]d now, %[7]d since the start, %[8]d turned away
  accounts      %[9]d, logins %[10]d, refused %[11]d
  letters       %[12]d here, %[13]d received, %[14]d fetched
  memory        %[15]s of %[16]s for received letters
  faults        %[17]d met on purpose, %[18]d sessions ended by a limit
`,
		ZH: `%[1]s
  已运行        %[2]s，说话方式 %[3]s，域名 %[4]s
  连接          现有 %[5]d 个（上限 %[6]d），累计 %[7]d 个，拒绝 %[8]d 个
  账号          %[9]d 个，登录成功 %[10]d 次，被拒 %[11]d 次
  信件          现存 %[12]d 封，收到 %[13]d 封，取走 %[14]d 封
  内存          收到的信占 %[15]s，上限 %[16]s
  故障          有意制造 %[17]d 次，因超限断开 %[18]d 次
`}
	sayResetShort = text.T{EN: "put a learner's maildrop back to how it was at the start", ZH: "把某个学员的邮箱恢复到启动时的样子"}
	sayResetArgs  = text.T{EN: "practice reset wants the names of accounts, as in `byhand practice reset student`.", ZH: "practice reset 后面要写账号名，例如 `byhand practice reset student`。"}
	sayResetHint  = text.T{EN: "`byhand practice status` tells which servers run.", ZH: "用 `byhand practice status` 查看正在运行的服务器。"}
	sayNoSuchUser = text.T{EN: "No running server has an account %s.", ZH: "正在运行的服务器上没有账号 %s。"}
	sayResetDone  = text.T{EN: "%s: as at the start.", ZH: "%s：已恢复到启动时的样子。"}
)
