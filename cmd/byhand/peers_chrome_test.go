//go:build peers

package main_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"
)

// chrome is a headless Chromium that is spoken to through pipes (the Chrome DevTools Protocol, --remote-debugging-pipe): no
// port, and no library.
type chrome struct {
	t   *testing.T
	out io.Writer

	mu     sync.Mutex
	last   int
	wait   map[int]chan reply
	events []cdpEvent
	came   *sync.Cond
}

type reply struct {
	Result json.RawMessage
	Error  *struct{ Message string }
}

// cdpEvent is what the browser tells without being asked.
type cdpEvent struct {
	SessionID, Method string
	Params            json.RawMessage
}

func startChrome(t *testing.T) *chrome {
	t.Helper()
	theirIn, out, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	in, theirOut, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("chromium", "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
		"--disable-background-networking", "--remote-debugging-pipe", "--user-data-dir="+t.TempDir(), "about:blank")
	cmd.ExtraFiles = []*os.File{theirIn, theirOut} // 3 and 4, as the option says
	if err := cmd.Start(); err != nil {
		t.Fatalf("chromium: %v", err)
	}
	theirIn.Close()
	theirOut.Close()
	c := &chrome{t: t, out: out, wait: map[int]chan reply{}}
	c.came = sync.NewCond(&c.mu)
	done := make(chan struct{})
	go func() { defer close(done); c.read(in) }() // ends when the browser closes its pipe
	t.Cleanup(func() {
		c.send("", "Browser.close", nil)
		out.Close()
		cmd.Wait()
		<-done
	})
	return c
}

// read takes messages, which end with NUL, until the pipe is closed.
func (c *chrome) read(in io.Reader) {
	r := bufio.NewReaderSize(in, 1<<20)
	for {
		b, err := r.ReadBytes(0)
		if err != nil {
			return
		}
		var m struct {
			ID int
			reply
			cdpEvent
		}
		if json.Unmarshal(b[:len(b)-1], &m) != nil {
			continue
		}
		c.mu.Lock()
		if w := c.wait[m.ID]; m.ID != 0 && w != nil {
			delete(c.wait, m.ID)
			w <- m.reply
		} else {
			c.events = append(c.events, m.cdpEvent)
			c.came.Broadcast()
		}
		c.mu.Unlock()
	}
}

func (c *chrome) send(session, method string, params any) <-chan reply {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.last++
	w := make(chan reply, 1)
	c.wait[c.last] = w
	b, _ := json.Marshal(map[string]any{"id": c.last, "sessionId": session, "method": method, "params": params})
	if session == "" {
		b, _ = json.Marshal(map[string]any{"id": c.last, "method": method, "params": params})
	}
	c.out.Write(append(b, 0))
	return w
}

// call asks the browser, and puts its answer into result.
func (c *chrome) call(session, method string, params, result any) {
	c.t.Helper()
	select {
	case r := <-c.send(session, method, params):
		if r.Error != nil {
			c.t.Fatalf("%s: %s", method, r.Error.Message)
		}
		if result != nil {
			if err := json.Unmarshal(r.Result, result); err != nil {
				c.t.Fatalf("%s: %v in %s", method, err, r.Result)
			}
		}
	case <-time.After(60 * time.Second):
		c.t.Fatalf("%s: no answer", method)
	}
}

// tab is one page in the browser.
type tab struct {
	*chrome
	session string
}

// tabFeature is a preference of the reader's, as in prefers-color-scheme.
type tabFeature struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// tab opens an empty page that is as wide as told, for one test.
func (c *chrome) tab(t *testing.T, width int, features ...tabFeature) *tab {
	c.t = t
	t.Helper()
	var target struct{ TargetID, SessionID string }
	c.call("", "Target.createTarget", map[string]any{"url": "about:blank"}, &target)
	c.call("", "Target.attachToTarget", map[string]any{"targetId": target.TargetID, "flatten": true}, &target)
	p := &tab{c, target.SessionID}
	for _, domain := range []string{"Page", "Runtime", "Network", "Log"} {
		c.call(p.session, domain+".enable", nil, nil)
	}
	c.call(p.session, "Emulation.setDeviceMetricsOverride", map[string]any{"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": width < 600}, nil)
	c.call(p.session, "Emulation.setEmulatedMedia", map[string]any{"features": append([]tabFeature{}, features...)}, nil)
	return p
}

// open loads an address and waits until all of it is there.
func (p *tab) open(url string) {
	p.t.Helper()
	p.mu.Lock()
	before := len(p.events)
	p.mu.Unlock()
	p.call(p.session, "Page.navigate", map[string]any{"url": url}, nil)
	p.mu.Lock()
	defer p.mu.Unlock()
	for !p.told(before, "Page.loadEventFired") {
		p.came.Wait()
	}
}

// told tells whether the browser has told of something since the event with that number.
func (p *tab) told(since int, method string) bool {
	for _, e := range p.events[since:] {
		if e.SessionID == p.session && e.Method == method {
			return true
		}
	}
	return false
}

// eval gives what an expression of JavaScript comes to; promises are waited for.
func (p *tab) eval(expression string, result any) {
	p.t.Helper()
	var r struct {
		Result           struct{ Value json.RawMessage }
		ExceptionDetails *struct{ Text string }
	}
	p.call(p.session, "Runtime.evaluate", map[string]any{"expression": expression, "awaitPromise": true, "returnByValue": true}, &r)
	if r.ExceptionDetails != nil {
		p.t.Fatalf("%.80s: %s %s", expression, r.ExceptionDetails.Text, r.Result.Value)
	}
	if result != nil {
		if err := json.Unmarshal(r.Result.Value, result); err != nil {
			p.t.Fatalf("%.80s: %v in %s", expression, err, r.Result.Value)
		}
	}
}

// until waits for a condition.
func (p *tab) until(condition string) {
	p.t.Helper()
	var held bool
	p.eval(fmt.Sprintf(`new Promise((done) => { let n = 0; const look = () => (%s) ? done(true) : ++n > 1500 ? done(false) : setTimeout(look, 10); look(); })`, condition), &held)
	if !held {
		var html string
		p.eval(`document.body.innerText`, &html)
		p.t.Fatalf("it never became true: %s\n%.600s", condition, html)
	}
}

// press types keys, one after the other; a name of more than one letter is a key's name.
func (p *tab) press(keys ...string) {
	p.t.Helper()
	for _, key := range keys {
		down := map[string]any{"type": "keyDown", "key": key, "code": key}
		if len(key) == 1 {
			down["text"] = key
		}
		if key == "Enter" {
			down["text"], down["windowsVirtualKeyCode"] = "\r", 13
		}
		p.call(p.session, "Input.dispatchKeyEvent", down, nil)
		p.call(p.session, "Input.dispatchKeyEvent", map[string]any{"type": "keyUp", "key": key, "code": key}, nil)
	}
}

// quiet fails if the page asked for anything but itself, or complained.
func (p *tab) quiet(own string) {
	p.t.Helper()
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, e := range p.events {
		var told struct {
			Request struct{ URL string }
			Type    string
		}
		json.Unmarshal(e.Params, &told)
		switch {
		case e.SessionID != p.session:
		case e.Method == "Network.requestWillBeSent" && !strings.HasPrefix(told.Request.URL, own) && told.Request.URL != "about:blank":
			p.t.Errorf("the page asked for %s", told.Request.URL)
		case e.Method == "Runtime.consoleAPICalled", e.Method == "Runtime.exceptionThrown", e.Method == "Log.entryAdded", e.Method == "Page.javascriptDialogOpening":
			p.t.Errorf("%s: %.300s", e.Method, e.Params)
		}
	}
}
