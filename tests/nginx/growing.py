# SPDX-License-Identifier: MIT
"""Files that never rest, and files that workers can't read."""
import os
import threading

from harness import Skipped, eventually, main, test


class Writing:
    """Does something three times a second, until it ends."""

    def __init__(self, write):
        self.write, self.ended = write, threading.Event()
        self.thread = threading.Thread(target=self.run, daemon=True)

    def run(self):
        while not self.ended.wait(0.3):
            self.write()

    def __enter__(self):
        self.thread.start()

    def __exit__(self, *exception):
        self.ended.set()
        self.thread.join()


@test
def rule_53_a_list_that_always_grows_is_read(home):
    """Whoever has tokens revoked all the time keeps none of them alive: lines that are added, or files that take one another's place."""
    path = home / "revoked.jsonl"
    home.write("revoked.jsonl", '{"jti":"nobody"}\n')
    nginx = home.guarded(f"fntoken_revoked {path};")
    added, replaced, last = (home.token(jti=name) for name in ("added", "replaced", "last"))
    assert {nginx.ask(token=token).status for token in (added, replaced, last)} == {200}

    def add():
        with open(path, "a", encoding="ascii") as file:
            file.write('{"jti":"added"}\n')

    with Writing(add):
        eventually(lambda: nginx.ask(token=added).status == 401, 60)
    with Writing(lambda: home.write("revoked.jsonl", path.read_text() + '{"jti":"replaced"}\n')):
        eventually(lambda: nginx.ask(token=replaced).status == 401, 60)
    assert nginx.ask(token=last).status == 200 and nginx.ask(token=added).status == 401


@test
def a_file_of_keys_that_is_always_written_is_read(home):
    nginx = home.guarded()
    old, new = home.token(), home.token(key=home.new_key("next"))
    with Writing(lambda: home.write("keys.json", (home / "next.json").read_text())):
        eventually(lambda: nginx.ask(token=new).status == 200, 60)
        assert nginx.ask(token=old).status == 401


@test
def files_that_a_worker_can_t_read_are_told(home):
    """The master reads them as root, and what changes in them afterwards would not be seen."""
    if os.getuid() != 0:
        raise Skipped("workers have the master's user")
    home.write("revoked.jsonl", '{"jti":"nobody"}\n')
    text = "keys.json was read before a worker took its user", "revoked.jsonl was read before a worker took its user"
    for mode, told in ((0o644, 0), (0o600, 1)):
        for name in ("keys.json", "revoked.jsonl"):
            os.chmod(home / name, mode)
        nginx = home.configured(f"""fntoken on; fntoken_issuer https://gw.example.com; fntoken_key_file {home / 'keys.json'}; fntoken_revoked {home / 'revoked.jsonl'};
            fntoken_function dev:env; location / {{ }}""", prefix=f"user{mode}")
        nginx.conf.write_text(nginx.text.replace("user root;", "user nobody nogroup;"))
        home.open.append(nginx)
        nginx.start()
        eventually(lambda: nginx.ask(token=home.token()).status == 200)  # pylint: disable=cell-var-from-loop
        assert [nginx.log().count(words) for words in text] == [told, told], nginx.log()


main()
