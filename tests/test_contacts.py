"""Contacts as guides write them: which part of a line is the office, the person, the phone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from matcher.guide.offices.contacts import Contact, is_unit, parse_contact
from matcher.types import Office


@pytest.mark.parametrize(
    ("text", "name", "phone", "person", "odd"),
    [
        # With labels before the parts, and without.
        ("处室：高新处 联系人：王芳 电话：58832991", "高新处", "58832991", "王芳", ""),
        ("处室：高新处 邮箱：a@b.cn 电话：58832991", "高新处", "58832991", "", ""),
        ("项目编号：2024001 处室：高新处", "高新处", "", "", ""),
        ("责任人：赵六 联系人：钱七", "", "", "钱七", ""),
        ("牵头领导：赵六 对接处室：高新处 58832991", "高新处", "58832991", "", ""),
        ("高新处 王芳 58832991", "高新处", "58832991", "王芳", ""),
        ("高新处|58832991", "高新处", "58832991", "", ""),
        ("高新处 联系人：王芳", "高新处", "", "王芳", ""),
        ("电话：58832991", "", "58832991", "", ""),
        ("58832991", "", "58832991", "", ""),
        ("联系人：王芳", "", "", "王芳", ""),
        ("甲联系人：王芳", "甲", "", "王芳", ""),
        ("联系人：科技部高新司", "科技部高新司", "", "", ""),
        ("联系人：王芳、李雷", "", "", "王芳、李雷", ""),
        ("联系人：王芳, 李雷 王芳老师", "", "", "王芳、李雷、王芳老师", ""),
        ("联系人：王芳 某某说明", "", "", "王芳、某某说明", ""),
        ("联系人：王芳 某某说明文字", "", "", "王芳 某某说明文字", ""),
        ("联系人：Anna Schmidt", "", "", "Anna Schmidt", ""),
        ("联系人：张工 022-58832971；李工 022-58832972", "", "022-58832971、022-58832972", "张工、李工", ""),
        ("联系人及联系方式：高新处 王芳 58832991", "高新处", "58832991", "王芳", ""),
        ("咨询电话：王芳 58832991", "", "58832991", "王芳", ""),
        ("联系电话：高新处 58832991", "高新处", "58832991", "", ""),
        ("电话：王芳 李雷 58832991", "", "58832991", "王芳、李雷", ""),
        ("联系人：王芳 a.b-c@x-y.cn 58832991", "", "58832991", "王芳", ""),
        # The short number of a house; a year is none.
        ("装备部（6001）", "装备部", "6001", "", ""),
        ("机辆部 樊磊 3201", "机辆部", "3201", "樊磊", ""),
        ("机辆部，樊磊，3201。", "机辆部", "3201", "樊磊", ""),
        ("对接处室：机辆部 樊磊（3201）；", "机辆部", "3201", "樊磊", ""),
        ("规划处 20245", "规划处", "20245", "", ""),
        ("规划处 2024", "规划处 2024", "", "", ""),
        ("委托经费25万元，联系处室：产业研究处，68710241", "产业研究处", "68710241", "", ""),
        # Several of each, once each.
        ("甲处 58832991；乙处 58832992", "甲处、乙处", "58832991、58832992", "", ""),
        ("甲处 58832991；甲处 58832991", "甲处", "58832991", "", ""),
        ("高新处 王芳 58832991；工业处 李雷 58832992", "高新处、工业处", "58832991、58832992", "王芳、李雷", ""),
        ("Unit A2, Ms Keller +32 2 299 1111; Unit A3, Ms Lee", "Unit A2、Unit A3", "+32 2 299 1111", "Ms Keller、Ms Lee", ""),
        ("甲处 13800138000 58832991", "甲处", "13800138000、58832991", "", ""),
        ("高新处 张三 李四 58832991", "高新处", "58832991", "张三、李四", ""),
        ("高新处、工业处、张三", "高新处、工业处", "", "张三", ""),
        ("高新处 张三 某某说明文字较长", "高新处 张三 某某说明文字较长", "", "", ""),
        ("王芳 李雷", "王芳 李雷", "", "", ""),
        # A firm by a short name before a person.
        ("静宁果业 李苹 13800138000", "静宁果业", "13800138000", "李苹", ""),
        ("静宁果 李苹", "静宁果 李苹", "", "", ""),
        ("静宁果业 李苹 王芳", "静宁果业 李苹 王芳", "", "", ""),
        ("静宁果业 李苹王芳", "静宁果业 李苹王芳", "", "", ""),
        ("联系人：静宁果业 李苹", "", "", "静宁果业、李苹", ""),
        ("Unit A2, Ms Keller", "Unit A2", "", "Ms Keller", ""),
        ("Unit A2, Energy, Ms Keller, Prof. Lee", "Unit A2, Energy", "", "Ms Keller、Prof. Lee", ""),
        ("Dr. Ann Lee, Mr Bo Chan", "", "", "Dr. Ann Lee、Mr Bo Chan", ""),
        ("Climate Unit, tel. +32 2 299 1111", "Climate Unit", "+32 2 299 1111", "", ""),
        ("Climate Unit Smith", "Climate Unit Smith", "", "", ""),
        # Phones as they are written.
        ("高新处 ０２２－５８８３２９９１ －", "高新处", "022-58832991", "", ""),
        ("高新处 022-58832991-", "高新处", "022-58832991", "", ""),
        ("高新处 (022) 58832991", "高新处", "(022) 58832991", "", ""),
        ("高新处(022)58832991", "高新处", "(022)58832991", "", ""),
        ("高新处 022-58832991，022-58832991", "高新处", "022-58832991", "", ""),
        ("高新处 58832991电话", "高新处", "58832991", "", ""),
        ("人才处 022-58832991转8012、13800138000", "人才处", "022-58832991转8012、13800138000", "", ""),
        ("Climate Unit +44 20 7946 0958-", "Climate Unit", "+44 20 7946 0958", "", ""),
        # What stands for a phone and is none.
        ("高新处 000-00000000", "高新处", "", "", "000-00000000"),
        ("高新处 电话：1.38E+10", "高新处", "", "", "1.38E+10"),
        ("联系电话：1.38E+10", "", "", "", "1.38E+10"),
        ("联系电话：1.38e+10", "", "", "", "1.38e+10"),
        ("联系电话：12345678901234", "", "", "", "12345678901234"),
        ("高新处 1.38E+10", "高新处 1.38E+10", "", "", ""),
        # Marks around a name, and the half bracket that its phone left behind.
        ("（高新处 58832991）", "高新处", "58832991", "", ""),
        ("【高新处】58832991", "高新处", "58832991", "", ""),
        ("高新处（58832991", "高新处", "58832991", "", ""),
        ("高新处 58832991）", "高新处", "58832991", "", ""),
        ("高新处（工业处），电话：58832991", "高新处（工业处）", "58832991", "", ""),
        ("（高新处", "高新处", "", "", ""),
        ("高新处）", "高新处", "", "", ""),
        ("[高新处", "高新处", "", "", ""),
        ("高新处]", "高新处", "", "", ""),
        ("）高新处（", "高新处", "", "", ""),
        ("（、高新处、）", "高新处", "", "", ""),
        ("（高新处（工业", "高新处（工业", "", "", ""),
        ("高新）工业处）", "高新）工业处", "", "", ""),
        ("高新处(工业处))", "高新处(工业处)", "", "", ""),
        ("（一）高新处", "（一）高新处", "", "", ""),
        ("—·高新处·—", "高新处", "", "", ""),
        ("（（高新处）", "高新处", "", "", ""),
        ("），高新处", "高新处", "", "", ""),
        ("（、高新处", "高新处", "", "", ""),
        ("高新处、）", "高新处", "", "", ""),
        ("（高新）工业处（综合）", "（高新）工业处（综合）", "", "", ""),
        ("Unit X 58832991", "Unit X", "58832991", "", ""),
        ("X Unit 58832991", "X Unit", "58832991", "", ""),
        ("）Unit X", "Unit X", "", "", ""),
        ("政策法规處", "政策法规處", "", "", ""),
        # An area before a gap or a dash.
        ("高新科 0731- 83300121", "高新科", "0731-83300121", "", ""),
        ("高新科 0731—83300121、0731 －83300122", "高新科", "0731-83300121、0731-83300122", "", ""),
        # What a name is told by, and what it does.
        ("组长单位：市民政局 58832991", "市民政局", "58832991", "", ""),
        ("高新处负责 58832991", "高新处", "58832991", "", ""),
        ("高新处（工业处） 58832991", "高新处（工业处）", "58832991", "", ""),
        ("联系人：王芳（高新处）58832991", "高新处", "58832991", "王芳", ""),
        ("高新处受理", "高新处", "", "", ""),
        ("王芳负责", "王芳负责", "", "", ""),
    ],
)  # fmt: skip
def test_contacts(text: str, name: str, phone: str, person: str, odd: str) -> None:
    contact = parse_contact(text)
    assert contact is not None
    assert replace(contact, email="") == Contact(name, phone, person, odd)


@pytest.mark.parametrize("text", ["", " ", "：，。", "12345", "（）", "电子邮箱：a@b.cn", "联系人："])
def test_what_names_nothing_is_no_contact(text: str) -> None:
    assert parse_contact(text) is None


def test_the_office_of_a_line() -> None:
    contact = parse_contact("高新处（工业处），58832991")
    assert contact is not None
    assert contact.office() == Office("高新处（工业处）", "58832991")


FULL = Contact("高新处", "58832991", "王芳", "0000")


@pytest.mark.parametrize(
    ("contact", "other", "both"),
    [
        (FULL, None, FULL),
        (FULL, Contact(), FULL),
        (Contact(), FULL, FULL),
        (FULL, FULL, FULL),
        (FULL, Contact("工业处", "58832992", "李雷", "1111"), Contact("高新处", "58832991、58832992", "王芳", "0000")),
        (Contact("高新处"), Contact("工业处"), Contact("高新处")),
        (Contact("高新处"), Contact("王芳", "58832991"), Contact("高新处", "58832991", "王芳")),
        (Contact("王芳"), Contact("王芳", "58832991"), Contact("王芳", "58832991")),
        (Contact("高新处"), Contact("李雷", person="王芳"), Contact("高新处", person="王芳")),
        (Contact(phone="58832991"), Contact("王芳"), Contact("王芳", "58832991")),
        (Contact("高新处"), Contact("", "", "", "0000"), Contact("高新处", odd="0000")),
    ],
)  # fmt: skip
def test_a_contact_takes_what_another_adds(contact: Contact, other: Contact | None, both: Contact) -> None:
    assert contact.joined(other) == both


@pytest.mark.parametrize(
    ("heading", "name"),
    [
        ("高新处", "高新处"), ("一、高新处", "高新处"), ("（一）高新处", "高新处"), ("3.高新处：", "高新处"),
        ("第一组 高新处", "高新处"), ("重点课题", "甲处"), ("高新处、重点课题", "甲处"), ("", "甲处"),
    ],
)  # fmt: skip
def test_a_heading_names_the_office(heading: str, name: str) -> None:
    assert Contact("甲处", "58832991", "王芳").of(heading) == Contact(name, "58832991", "王芳")


@pytest.mark.parametrize(
    ("contact", "office", "person"),
    [
        (FULL, Office("高新处", "58832991"), "王芳"),
        (Contact("", "58832991", "王芳"), Office("王芳", "58832991"), ""),
        (Contact("", "58832991"), Office("", "58832991"), ""),
        (Contact("高新处"), Office("高新处", ""), ""),
        (Contact(person="王芳"), Office("王芳", ""), ""),
        (Contact("高新处", odd="12345678901234"), Office("高新处", "12345678901234"), ""),
        (Contact("高新处", odd="000-00000000"), Office("高新处", ""), ""),
        (Contact(odd="12345678901234"), None, ""),
        (Contact(), None, ""),
    ],
)
def test_whom_people_call(contact: Contact, office: Office | None, person: str) -> None:
    made = contact.office()
    assert made == office
    assert (made.person if made else "") == person


@pytest.mark.parametrize(
    ("name", "unit"),
    [("高新处", True), ("高新處", True), ("市民政局（本级）", True), ("Climate Unit", True), ("王芳", False), ("处", False)],
)  # fmt: skip
def test_units_are_told_by_how_they_end(name: str, unit: bool) -> None:
    assert is_unit(name) is unit


@pytest.mark.parametrize(
    ("text", "name", "email"),
    [
        ("结构材料部，邮箱 jgcl@lab.example.cn", "结构材料部", "jgcl@lab.example.cn"),
        ("联系部门：涂层技术部（邮箱：tcjs@lab.example.cn）", "涂层技术部", "tcjs@lab.example.cn"),
        ("阎冬（yandong@lab.example.cn）", "阎冬", "yandong@lab.example.cn"),
        ("Contact: Jenny Ashdown, ashdown@marlow.example.org", "Jenny Ashdown", "ashdown@marlow.example.org"),
        ("Food Office, e-mail: food@city.example; wilma.orr@city.example", "Food Office", "food@city.example、wilma.orr@city.example"),
    ],
)  # fmt: skip
def test_an_address_is_what_an_office_without_a_phone_is_reached_at(text: str, name: str, email: str) -> None:
    office = (parse_contact(text) or Contact()).office()
    assert office is not None
    assert (office.name, office.phone, office.email, office.reached_at) == (name, "", email, email)
    assert office.to_dict("stated") == {"name": name, "phone": "", "email": email, "source": "stated"}


def test_an_address_alone_is_no_office() -> None:
    assert parse_contact("报名表发送至 kyc@uni.example.cn") != Contact("kyc@uni.example.cn")
    assert parse_contact("kyc@uni.example.cn") is None


def test_phones_and_addresses_are_joined_once() -> None:
    one = Contact("甲处", "58832991、58832992", email="a@b.example")
    other = Contact("甲处", "58832992", email="a@b.example、c@b.example")
    assert one.joined(other) == Contact("甲处", "58832991、58832992", email="a@b.example、c@b.example")


@pytest.mark.parametrize("label", ["Enquiries: ", "Contact: ", "联系方式："])
def test_an_address_that_one_is_told_to_ask_at_is_kept_without_a_name(label: str) -> None:
    contact = parse_contact(f"{label}soil@fund.example.eu")
    assert contact == Contact(email="soil@fund.example.eu")
    assert contact.office() == Office("")
