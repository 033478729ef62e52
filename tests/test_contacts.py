"""Contacts as guides write them: which part of a line is the office, the person, the phone."""

from __future__ import annotations

import pytest

from matcher.guide.offices import Contact, is_unit, parse_contact, parse_office
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
        # Several of each, once each.
        ("甲处 58832991；乙处 58832992", "甲处、乙处", "58832991、58832992", "", ""),
        ("甲处 58832991；甲处 58832991", "甲处", "58832991", "", ""),
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
        ("Dr. Ann Lee, Mr Bo Chan", "Dr. Ann Lee, Mr Bo Chan", "", "", ""),
        ("Climate Unit, tel. +32 2 299 1111", "Climate Unit", "+32 2 299 1111", "", ""),
        ("Climate Unit Smith", "Climate Unit Smith", "", "", ""),
        # Phones as they are written.
        ("高新处 ０２２－５８８３２９９１ －", "高新处", "022-58832991", "", ""),
        ("高新处 022-58832991-", "高新处", "022-58832991", "", ""),
        ("高新处 (022) 58832991", "高新处", "(022) 58832991", "", ""),
        ("高新处(022)58832991", "高新处", "(022)58832991", "", ""),
        ("高新处 022-58832991，022-58832991", "高新处", "022-58832991", "", ""),
        ("高新处 58832991电话", "高新处", "58832991", "", ""),
        # What stands for a phone and is none.
        ("高新处 000-00000000", "高新处", "", "", "000-00000000"),
        ("高新处 电话：1.38E+10", "高新处", "", "", "1.38E+10"),
        ("联系电话：1.38E+10", "", "", "", "1.38E+10"),
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
        # What a name is told by, and what it does.
        ("组长单位：市民政局 58832991", "市民政局", "58832991", "", ""),
        ("高新处负责 58832991", "高新处", "58832991", "", ""),
        ("高新处受理", "高新处", "", "", ""),
        ("王芳负责", "王芳负责", "", "", ""),
    ],
)  # fmt: skip
def test_contacts(text: str, name: str, phone: str, person: str, odd: str) -> None:
    assert parse_contact(text) == Contact(name, phone, person, odd)


@pytest.mark.parametrize("text", ["", " ", "：，。", "12345", "（）", "电子邮箱：a@b.cn", "联系人："])
def test_what_names_nothing_is_no_contact(text: str) -> None:
    assert parse_contact(text) is None
    assert parse_office(text) is None


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
        ("高新处", "高新处"),
        ("一、高新处", "高新处"),
        ("（一）高新处", "高新处"),
        ("3.高新处：", "高新处"),
        ("第一组 高新处", "高新处"),
        ("重点课题", "甲处"),
        ("高新处、重点课题", "甲处"),
        ("", "甲处"),
    ],
)
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
