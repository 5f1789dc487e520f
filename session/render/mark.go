package render

import (
	"strconv"
	"strings"

	"byhand/session"
	"byhand/session/annotate"
	"byhand/session/text"
)

// markRow is how one kind of mark is said. Rows of one kind go from the special to the plain: the first that fits speaks.
type markRow struct {
	kind   string
	field  string   // fits only a mark that has this field
	value  string   // with this value, if it is not empty
	say    text.T   // with the values of fields
	fields []string // in the order of the verbs in say
}

// marks holds what is said of each kind; a kind without a row is passed over, as "end", which says nothing to a person.
var marks = []markRow{
	{"open", "err", "", text.T{EN: "could not connect to %s: %s", ZH: "无法连接 %s：%s"}, []string{"addr", "err"}},
	{"open", "tls", "", text.T{
		EN: "connected to %s, with TLS from the first byte",
		ZH: "已连接 %s，从第一个字节起就使用 TLS"}, []string{"addr"}},
	{"open", "ip", "", text.T{EN: "connected to %s at %s", ZH: "已连接 %s（地址 %s）"}, []string{"addr", "ip"}},
	{"open", "", "", text.T{EN: "connected to %s", ZH: "已连接 %s"}, []string{"addr"}},
	{"tls", "is", "start", text.T{EN: "the TLS handshake begins", ZH: "开始 TLS 握手"}, nil},
	{"tls", "is", "done", text.T{EN: "TLS is on: %s, %s", ZH: "TLS 已启用：%s，%s"}, []string{"version", "cipher"}},
	{"tls", "is", "fail", text.T{EN: "TLS failed: %s", ZH: "TLS 失败：%s"}, []string{"err"}},
	{"close", "why", "tls", text.T{EN: "without TLS the connection is given up", ZH: "没有 TLS，就此断开连接"}, nil},
	{"close", "err", "", text.T{EN: "the connection broke: %s", ZH: "连接中断：%s"}, []string{"err"}},
	{"close", "by", "server", text.T{EN: "the server closed the connection", ZH: "服务器关闭了连接"}, nil},
	{"close", "by", "client", text.T{EN: "the client closed the connection", ZH: "客户端关闭了连接"}, nil},
	{"close", "", "", text.T{EN: "the connection was closed", ZH: "连接已关闭"}, nil},
	{"note", "text", "", text.T{EN: "note: %s", ZH: "备注：%s"}, []string{"text"}},
	{"mark", "name", "", text.T{EN: "bookmark: %s", ZH: "书签：%s"}, []string{"name"}},
	{"step", "is", "start", text.T{EN: "step %s begins", ZH: "步骤 %s 开始"}, []string{"id"}},
	{"step", "is", "pass", text.T{EN: "step %s is done", ZH: "步骤 %s 完成"}, []string{"id"}},
	{"step", "is", "fail", text.T{EN: "step %s is not done yet", ZH: "步骤 %s 还没有完成"}, []string{"id"}},
	{"step", "is", "hint", text.T{EN: "a hint was given for step %s", ZH: "步骤 %s 给出了线索"}, []string{"id"}},
	{"step", "is", "skip", text.T{EN: "step %s was skipped", ZH: "步骤 %s 已跳过"}, []string{"id"}},
	{"quiz", "ask", "", text.T{EN: "question: %s; answered: %s", ZH: "提问：%s；回答：%s"}, []string{"ask", "given"}},
	{"lost", "bytes", "", text.T{
		EN: "%s bytes are missing here: they were not captured",
		ZH: "此处缺少 %s 个字节：没有被捕获到"}, []string{"bytes"}},
	{"lost", "lines", "", text.T{
		EN: "%s lines are missing here: they were not captured",
		ZH: "此处缺少 %s 行：没有被捕获到"}, []string{"lines"}},
	{"lost", "", "", text.T{EN: "bytes are missing here: they were not captured", ZH: "此处有字节缺失：没有被捕获到"}, nil},
	{"resume", "", "", text.T{EN: "the recording was interrupted and goes on here", ZH: "录制曾经中断，从这里继续"}, nil},
}

// mark appends the line of a change of the connection or of a remark.
func (r *Renderer) mark(dst []byte, m *session.Mark) []byte {
	said := Change(m)
	if said.Empty() {
		return dst
	}
	return r.Say(dst, Remark, said)
}

// Change says what a change of the connection or a remark was; of a kind that says nothing to a person, nothing.
func Change(m *session.Mark) text.Said {
	for i := range marks {
		if row := &marks[i]; row.fits(m) {
			if m.Text("why") != "" && len(row.fields) == 1 && row.fields[0] == "err" {
				why, _ := annotate.Shaken(m)
				return row.say.With(why)
			}
			args := make([]any, len(row.fields))
			for i, name := range row.fields {
				args[i] = value(m, name)
			}
			return row.say.With(args...)
		}
	}
	return text.Said{}
}

// Beyond gives what x says beyond the line of a mark: the first brief note on a change of the connection says what
// changed, for those forms of a session that have notes only.
func Beyond(role session.Role, x annotate.Explanation) annotate.Explanation {
	if role == session.Note || len(x.Notes) == 0 || x.Notes[0].Depth != annotate.Brief {
		return x
	}
	switch x.Notes[0].Tone {
	case annotate.Info, annotate.Yes, annotate.No:
		x.Notes = x.Notes[1:]
	}
	return x
}

func (row *markRow) fits(m *session.Mark) bool {
	if row.kind != m.Kind {
		return false
	}
	if row.field == "" {
		return true
	}
	v := value(m, row.field)
	if row.field == "ip" && strings.Contains(m.Text("addr"), v) {
		return false // the address was given as a number
	}
	return v != "" && (row.value == "" || v == row.value)
}

// value gives a field's text or number as it is shown, or "".
func value(m *session.Mark, name string) string {
	if s := m.Text(name); s != "" {
		return s
	}
	if n := m.Int(name); n != 0 {
		return strconv.Itoa(n)
	}
	return ""
}
