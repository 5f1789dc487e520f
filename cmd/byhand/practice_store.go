package main

import "byhand/session/text"

var sayStoreFlag = text.T{EN: "keep the maildrops in this folder, as Maildir; without it they are in memory and end with the server",
	ZH: "把信箱以 Maildir 格式保存在这个目录里；不写则只存在内存中，服务器停止就没有了"}
