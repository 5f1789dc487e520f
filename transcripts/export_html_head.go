package transcripts

import (
	"crypto/sha256"
	"strings"

	"byhand/session"
	"byhand/session/annotate"
	"byhand/session/text"
)

// head appends the beginning of the page. first is the session's first event: where it tells of the connection, the page
// says with whom the talk was.
func (p *page) head(dst []byte, first *session.Event) []byte {
	style, script := sha256.Sum256([]byte(pageStyle)), sha256.Sum256([]byte(pageScript))
	dst = append(append(append(dst, "<!DOCTYPE html>\n<html lang=\""...), p.lang.String()...), "\">\n<head>\n<meta charset=\"utf-8\">\n"...)
	dst = append(append(dst, `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src `...), digest(style[:])...)
	dst = append(append(dst, "; script-src "...), digest(script[:])...)
	dst = append(dst, `; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<meta name="generator" content="byhand">
<title>`...)
	title := p.title(first)
	dst = append(p.markup(dst, []byte(title.In(p.lang))), "</title>\n<style>"...)
	dst = append(append(dst, pageStyle...), "</style>\n</head>\n<body>\n<header>\n<h1>"...)
	dst = append(appendBoth(dst, title), "</h1>\n<p>"...)
	dst = append(p.about(dst, first), "</p>\n"...)
	dst = append(appendBoth(append(dst, "<p class=\"how\">"...), sayHow.With()), "</p>\n"...)
	dst = p.choice(dst, "lang", sayLanguage, p.lang.String(), [][2]string{{"en", "English"}, {"zh", "中文"}}, nil)
	dst = p.choice(dst, "notes", sayNotes, depthNames[p.depth], [][2]string{{"full", ""}, {"brief", ""}, {"off", ""}}, sayDepths)
	return append(dst, "</header>\n<main>\n<section>\n"...)
}

// depthNames are the values of the choice of how much is explained.
var depthNames = [...]string{annotate.Off: "off", annotate.Brief: "brief", annotate.Full: "full"}

// title gives the heading of the page.
func (p *page) title(first *session.Event) text.Said {
	if p.header.Title != "" {
		return text.T{EN: "%s", ZH: "%s"}.With(p.header.Title)
	}
	if addr := addressOf(first); addr != "" {
		return sayTalkWith.With(addr)
	}
	return sayTalk.With()
}

// addressOf gives with whom the connection is that an event opens.
func addressOf(e *session.Event) string {
	if e.Role != session.Open || e.Mark == nil {
		return ""
	}
	return e.Mark.Text("addr")
}

// about appends a line on the session: its protocol, its server, its day.
func (p *page) about(dst []byte, first *session.Event) []byte {
	var facts []string
	if first.Mark != nil && first.Role == session.Open {
		facts = append(facts, strings.ToUpper(first.Mark.Text("proto")))
		if p.header.Title != "" {
			facts = append(facts, first.Mark.Text("addr"))
		}
	}
	if plain := defaultHeader(); !p.header.Start.Equal(plain.Start) {
		facts = append(facts, p.header.Start.Format("2006-01-02 15:04:05 -0700"))
	}
	parted := false
	for _, f := range facts {
		if f == "" {
			continue
		}
		if parted {
			dst = append(dst, " · "...)
		}
		parted = true
		dst = p.markup(dst, []byte(f))
	}
	return dst
}

// choice appends a choice of one among few. It works without the script: the style looks at what is chosen.
func (p *page) choice(dst []byte, name string, legend text.T, chosen string, values [][2]string, said map[string]text.T) []byte {
	dst = append(appendBoth(append(dst, "<fieldset><legend>"...), legend.With()), "</legend>"...)
	for _, v := range values {
		dst = append(append(append(append(dst, "<label><input type=\"radio\" name=\""...), name...), "\" id=\""...), v[0]...)
		dst = append(dst, '"')
		if v[0] == chosen {
			dst = append(dst, " checked"...)
		}
		dst = append(dst, '>')
		switch {
		case said != nil:
			dst = appendBoth(dst, said[v[0]].With())
		default:
			dst = append(append(append(append(dst, "<bdi lang=\""...), v[0]...), "\" class=\"tongue\">"...), v[1]...)
			dst = append(dst, "</bdi>"...)
		}
		dst = append(dst, "</label>"...)
	}
	return append(dst, "</fieldset>\n"...)
}

// controls appends the player, which the script shows, the list of its keys, and the script.
func (p *page) controls(dst []byte) []byte {
	dst = append(dst, "<nav id=\"player\" hidden aria-label=\"player 播放\">\n"...)
	for _, b := range buttons {
		dst = append(append(append(append(dst, "<button type=\"button\" id=\""...), b.id...), "\"><b aria-hidden=\"true\">"...), b.sign...)
		dst = append(appendBoth(append(dst, "</b><span class=\"word\">"...), b.say.With()), "</span></button>\n"...)
	}
	dst = append(appendBoth(append(dst, "<label class=\"seek\"><span class=\"vh\">"...), sayPlace.With()), "</span><input type=\"range\" id=\"seek\" min=\"0\" max=\"1\" value=\"0\"></label>\n"...)
	dst = append(dst, "<output id=\"where\"></output>\n"...)
	dst = append(appendBoth(append(dst, "<label class=\"speed\"><span class=\"vh\">"...), saySpeed.With()), "</span><select id=\"speed\">"...)
	for _, s := range [...]string{"¼", "½", "1", "2", "4", "8", "16", "32", "64"} {
		dst = append(append(append(dst, "<option>×"...), s...), "</option>"...)
	}
	dst = append(appendBoth(append(dst, "</select></label>\n<form id=\"ask\" hidden><label><span class=\"find\">"...), sayFind.With()), "</span><span class=\"goto\">"...)
	dst = append(appendBoth(dst, sayGoto.With()), "</span> <input type=\"search\" id=\"word\" autocomplete=\"off\"></label></form>\n</nav>\n"...)
	dst = append(dst, "<p id=\"spoken\" class=\"vh\" aria-live=\"polite\"></p>\n<dialog id=\"help\" aria-labelledby=\"keys\">\n<h2 id=\"keys\">"...)
	dst = append(appendBoth(dst, sayKeys.With()), "</h2>\n<dl>\n"...)
	for _, k := range keys {
		dst = append(dst, "<div><dt>"...)
		for _, key := range strings.Fields(k.keys) {
			dst = append(appendEscaped(append(dst, "<kbd>"...), []byte(key)), "</kbd> "...)
		}
		dst = append(appendBoth(append(dst, "</dt><dd>"...), k.say.With()), "</dd></div>\n"...)
	}
	dst = append(appendBoth(append(dst, "</dl>\n<form method=\"dialog\"><button>"...), sayClose.With()), "</button></form>\n</dialog>\n<script>"...)
	return append(append(dst, pageScript...), "</script>\n</body>\n</html>\n"...)
}

// buttons are the player's buttons; each does what a key does.
var buttons = []struct {
	id, sign string
	say      text.T
}{
	{"back", "‹", text.T{EN: "Back", ZH: "后退"}},
	{"play", "▶", text.T{EN: "Play", ZH: "播放"}},
	{"step", "›", text.T{EN: "Step", ZH: "单步"}},
	{"hex", "0x", text.T{EN: "Bytes", ZH: "字节"}},
	{"decode", "=", text.T{EN: "Base64", ZH: "Base64"}},
	{"all", "≡", text.T{EN: "All lines", ZH: "全部"}},
	{"keyhelp", "?", text.T{EN: "Keys", ZH: "按键"}},
}

// keys lists what the keys do; they are those of `byhand replay`.
var keys = []struct {
	keys string
	say  text.T
}{
	{"Space", text.T{EN: "play, pause", ZH: "播放、暂停"}},
	{". → Enter", text.T{EN: "one line on", ZH: "下一行"}},
	{", ←", text.T{EN: "one line back", ZH: "上一行"}},
	{"n p", text.T{EN: "next, previous command", ZH: "下一条、上一条命令"}},
	{"e E", text.T{EN: "next, previous error", ZH: "下一个、上一个错误"}},
	{"] [", text.T{EN: "next, previous chapter", ZH: "下一章、上一章"}},
	{"+ - =", text.T{EN: "faster, slower, as it was", ZH: "加速、减速、原速"}},
	{"i", text.T{EN: "pauses: at most 2 s, at most ½ s, as recorded", ZH: "停顿：最多 2 秒、最多半秒、按实际"}},
	{"0–9 g G", text.T{EN: "to a tenth of the session, its start, its end", ZH: "跳到会话的十分之几、开头、结尾"}},
	{":", text.T{EN: "go to a line (57), a time (1:30) or a chapter", ZH: "跳到某行（57）、某时刻（1:30）或某章"}},
	{"/ N", text.T{EN: "search; search again backwards", ZH: "查找；向前再找"}},
	{"a", text.T{EN: "explanations: full, short, off", ZH: "解释：详细、简短、关闭"}},
	{"x", text.T{EN: "the bytes of this line", ZH: "本行的字节"}},
	{"b", text.T{EN: "decode the Base64 of this line", ZH: "解码本行的 Base64"}},
	{"l", text.T{EN: "play this chapter over and over", ZH: "循环播放本章"}},
	{"q Esc", text.T{EN: "show all lines", ZH: "显示全部"}},
	{"h ?", text.T{EN: "this list", ZH: "本列表"}},
}

var sayDepths = map[string]text.T{
	"full":  {EN: "full", ZH: "详细"},
	"brief": {EN: "short", ZH: "简短"},
	"off":   {EN: "off", ZH: "关闭"},
}

var (
	sayTalkWith = text.T{EN: "A session with %s", ZH: "与 %s 的会话"}
	sayTalk     = text.T{EN: "A mail session", ZH: "一次邮件会话"}
	sayHow      = text.T{
		EN: "C: is what the client sent, S: what the server answered, byte for byte. Beside each line stands what it means.",
		ZH: "C: 是客户端发送的内容，S: 是服务器的回答，均为原文；每行旁边是它的含义。",
	}
	sayLanguage = text.T{EN: "Language", ZH: "语言"}
	sayNotes    = text.T{EN: "Explanations", ZH: "解释"}
	sayPlace    = text.T{EN: "Line", ZH: "行"}
	saySpeed    = text.T{EN: "Speed", ZH: "速度"}
	sayFind     = text.T{EN: "Search", ZH: "查找"}
	sayGoto     = text.T{EN: "Go to", ZH: "跳到"}
	sayKeys     = text.T{EN: "Keys", ZH: "按键"}
	sayClose    = text.T{EN: "Close", ZH: "关闭"}
)
