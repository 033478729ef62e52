"""What the words of an item of a list say that it is, beside a topic: signs for what is learnt of lists and of sentences."""

from __future__ import annotations

import re

from matcher.guide.vocabulary import TOPIC_END

# What an item is that is no topic: a kind of projects, who applies, what is handed in, a figure, what one does.
_OTHER = re.compile(
    r"(?:项目|课题|专项|类别?|计划|人才|奖|基金|学科|^.{2,4}学|专业|单位|企业|高校|院[校所]|机构|团队|人员|个人|部门|协会|费用?|报告|论文|专[著利]|[省市县区]|要求|条件|综述|明细|形式)$"
    r"|^(?:研究|选题|论证|前期)(?:目标|内容|方法|基础|价值|质量|背景|意义|计划|思路|现状)$"
    r"|(?i:\b(?:grants?|fellowships?|studentships?|awards?|prizes?|merits?|impacts?|feasibility|plans?|budgets?|teams?|objectives?|methods?|timelines?|outcomes?"
    r"|experience|background|summary|criteria|dissemination|ethics|significance|approach|costs?|travel|members?|students?|universities)$"
    r"|^(?!.*\bthat\b).*\b(?:must|shall|should|will|may|can|applicants?|travel|hire)\b)"
)
_PERSON = re.compile(
    r"(?:人员|教师|学者|学生|单位|企业|机构|高校|院所|医院|团队|专家|负责人|农户|合作社|协会|部门|公司|组织|同志|职工|干部)$"
    r"|(?i:\b(?:universit|college|school|institut|compan|nonprofit|organi[sz]ation|agenc|student|faculty|researcher|artist|scholar|charit|farmer"
    r"|staff|teacher|member|council|cooperat|applicant|team|individual)\w*$)"
)
_HANDED_IN = re.compile(
    r"(?:论文|专著|专利|报告|软件|著作权|标准|样机|材料|费|经费|附件|表|书|证明|复印件|简历|预算|奖|证书|项目|课题|计划|学|专业|性|原则|制度|管理|服务|培训|会议|讲座|参观|检测|咨询)$"
    r"|(?i:\b(?:budget|cv|vitae|resume|letters?|statement|form|plan|report|travel|salar\w+|equipment|supplies|fee|stipend|quality|impact|feasibility"
    r"|merit|originality|clarity|experience|excellence|implementation|reference|page|paper|award|prize|certificate|lunch|training|workshop|support)s?$)"
)
_FIGURE = re.compile(r"\d+(?:万|元|%|年|月|日|人|项|篇|个|分)|[$£€]\s?\d|\d{4}|^\d+$|@|http")
_DOES = re.compile(
    r"^(?:坚持|提高|加强|具有|提交|填写|推动|促进|提升|深化|完善|落实|贯彻|遵守|不得|未|已|须|应|可以?|能够|熟悉|拥有|取得|符合|按照|服从|热爱|具备|协助"
    r"|负责|参与|完成|做好|强化|健全|优化|推进)"
    r"|^(?i:(?:to|be|have|show|demonstrate|submit|provide|include|must|should|will|who|that|which|what|how to|not|is|are|was|attach|complete|describe"
    r"|write|improve|ensure|promote|involve|give|make|take|use|contribute|build|offer|help)\b)"
)
OF_ITEMS = {
    "other": _OTHER,
    "person": _PERSON,
    "handed in": _HANDED_IN,
    "figure": _FIGURE,
    "does": _DOES,
    "study": TOPIC_END,
}
