"""The words that tell topics from notices: a prior only, the document's own regularity decides.

All patterns are matched against normalised text (segment.fold): simplified characters, half-width
punctuation except 。 and 、.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

STOPS = "。;；！？!?:：.…"  # of sentences and parts of them, as they are written
AROUND = "。；;：:，,、 —–"  # marks around a title

# The names of contents. MAIN ones are left out of the text; OTHER ones stay, for they say what follows.
_MAIN = (
    "(?:主要|重点)?研究(?:内容|要点|重点|任务)(?:[及与和、](?:目标|要求|任务|指标|要点))?|主要内容|研究重点|研究要点|重点内容|内容提要|课题内容|课题说明"
    "|选题说明|内容说明|任务内容|榜单内容|(?:需求|难题|问题|任务|项目|技术)(?:描述|说明|简介)|需求内容|技术需求|研究任务|研究范围|(?:攻关|揭榜|项目|建设|支持|研发|示范|开发|实施|合作)内容|内容简介"
    "|重点研究内容|主要研究方向|研究内容要点|研究提纲|任务描述|主要任务|研究方向|支持方向(?!\\s*:$)|说明|内容|简介"
)
_OTHER = (
    "研究目标|总体目标|需求目标|攻关目标|任务目标|预期目标|项目目标|目标任务|目标"
    "|研究要求|[\u3400-\u9fff]{0,2}背景|关键技术|核心技术|拟解决的关键问题|应用场景|应用示范"
)
_INDICATORS = (
    "指标|绩效目标|产出指标|主要考核指标|考核指标|主要技术指标|技术指标|主要指标|验收指标"
    "|绩效指标|指标要求|考核要求|预期成果|成果形式|成果要求|成果指标"
)
_SUPPORT = "支持方式|资助方式|立项方式|组织方式|支持强度|支持力度|拟支持项目数|拟支持数|拟立项数|支持数量|资助数量|立项数量"
_BUDGET = (
    "资助额度|支持额度|经费额度|经费安排|资助经费|经费预算|支持经费|榜单金额|揭榜金额|拟投入金额|经费|预算"
)
_DURATION = "时间节点|时限要求|进度要求|实施期限|执行期限|研究期限|完成时限|完成时间|研究周期|项目周期|实施周期|执行期|研究时限"
_CONDITIONS = "申报要求|申报条件|申报主体要求|申报主体|申报对象|申报说明|有关说明|其他要求|揭榜要求|揭榜方要求|揭榜条件|备注|申请代码"
_FURTHER = "关键词|参考文献"
# Any agency's own name for a slot: 拟达到指标, 悬赏金额.
_OWN = r"(?![\u3400-\u9fff]{0,4}内容)[\u3400-\u9fff]{1,6}"
_OWN_CONDITIONS = r"(?!研究|内容|技术)[\u3400-\u9fff]{2,6}(?:要求|条件)"
_BUDGET_END, _DURATION_END = "(?:金额|经费|资金|预算|额度)", "(?:时限|期限|周期)"
_SUPPORT_END = "(?:强度|方式)(?<!联系方式)(?<!咨询方式)"
_ENDINGS = f"{_OWN}(?:指标|{_BUDGET_END}|{_DURATION_END}|{_SUPPORT_END})|{_OWN_CONDITIONS}"
_WEAK = f"{_SUPPORT}|{_BUDGET}|{_DURATION}|{_CONDITIONS}|{_FURTHER}"
_OTHER = f"{_OTHER}|{_INDICATORS}"
_NUMBERED = r"(?:[(]?(?:\d{1,2}|[一二三四五六七八九十]{1,2})[).、.]\s*)?"
_SAYS = "(?:包括|如下)?"  # 具体指标包括：
_COLON = r"\s*(?:[:|。]|[】\]]\s*:?|$)\s*"
MAIN_CONTENT = re.compile(rf"{_NUMBERED}[【\[]?(?:{_MAIN}){_COLON}")
OTHER_CONTENT = re.compile(rf"{_NUMBERED}[【\[]?(?:{_OTHER}|具体指标){_SAYS}{_COLON}")
WEAK_CONTENT = re.compile(
    rf"(?:[(]?(?:\d{{1,2}}|[一二三四五六七八九十])[).、]\s*(?:{_WEAK}|{_ENDINGS})(?:。|$))|{_NUMBERED}[【\[]?(?:{_WEAK}|{_ENDINGS})(?:\([^()]{{1,10}}\))?(?:[】\]]\s*:?|\s*[:|])\s*"
    r"|(?i:budget|duration|indicative budget|expected eu contribution[a-z ]{0,14}|type of action|technology readiness level|trl|references|keywords)"
    r"\s*:\s*"
)
# A line that gives the code of the topic below it: 榜单编号：JB2032-01.
CODE_LINE = re.compile(
    rf"{_NUMBERED}[【\[]?[\u3400-\u9fff]{{0,4}}?(?:(?:编号|代码|代号|序号)(?:\s*:|[】\]]\s*:?)\s*|序号\s*(?=\d))(?P<code>[A-Za-z0-9][\w./-]*)$"
    r"|(?i:(?:[a-z]+ ){0,3}(?:number|id|identifier|code))\s*[:–—-]\s*(?P<id>[A-Za-z0-9][\w./-]*)$"
    r"|(?P<alone>(?=\S*\d)[A-Z][A-Z0-9]+(?:[-_/][A-Za-z0-9.]+)+)$"
)
# The slots of a topic beside its contents: name -> how a line of it begins. Few guides have any: `re` compiles each
# for the first line that is compared with it. Only the English ignores case, for that makes a range of Han cost most.
SLOTS: Mapping[str, str] = {
    name: rf"{_NUMBERED}[【\[]?(?:{words}){_SAYS}(?:\([^()]{{1,10}}\))?{_COLON}"
    for name, words in {
        "indicators": f"{_INDICATORS}|{_OWN}指标",
        "support": f"{_SUPPORT}|(?i:type of action)|{_OWN}{_SUPPORT_END}",
        "budget": f"{_BUDGET}|(?i:(?:indicative )?budget|expected eu contribution[a-z ]{{0,14}})|{_OWN}{_BUDGET_END}",
        "duration": f"{_DURATION}|(?i:duration)|{_OWN}{_DURATION_END}",
        "conditions": f"{_CONDITIONS}|(?i:technology readiness level|trl)|{_OWN_CONDITIONS}",
        "other": f"{_FURTHER}|(?i:references|keywords)",
    }.items()
}
ENGLISH_CONTENT = re.compile(
    r"(?P<label>(?i:synopsis(?: of program)?|phase i{1,3}|critical technology areas?(?:\(s\))?"
    r"|expected (?:outcomes?|impacts?|results?)|specific challenge|research content"
    r"|(?:research|key|possible|guiding|example) questions?(?: (?:may |might |could )?include)?"
    r"|scope(?: of work)?|objectives?|(?:project )?description|summary|aims?(?: and objectives)?|abstract|background"
    r"|(?:key )?deliverables|tasks|technology areas?\(s\)|technology areas?|details?|content|rationale))"
    r"\s*(?:[:|]\s*|$)"
)
CONTENTS = (MAIN_CONTENT, OTHER_CONTENT, ENGLISH_CONTENT)
# Contents that stand in the middle of a line, behind the title or one another.
INLINE_CONTENT = re.compile(
    r"(?<=[。;.?!)\s])(?:主要研究内容|研究内容|研究目标|考核指标|主要指标|技术指标|指标|研究重点|主要内容|预期成果|资助额度|经费|执行期限|实施期限|完成时限)\s*:"
    r"|(?<=[.;?] )(?:Scope|Expected [Oo]utcomes?|Objectives?|Description):"
)

_OFFICE_NAMES = (
    "(?:项目|课题)?(?:对接|联系|责任|负责|业务|主管|归口|对口|牵头|管理|承办|指导|需求|委托|出题|命题|提出|咨询|实施|发榜|主办|受理|主责)(?:业务|管理|联系)?"
    r"(?:处室|部室|委室|股室|部门|单位|科室|处|司局|办公室|委办局|工委|专委会|机构|团队|小组)|(?:需求|出题|发榜|委托|揭榜需求)方|(?:需求|出题|发榜|委托|命题|提出)企业|(?:对接|承办|受理|归口|牵头)(?=\s*[:|])|[\u3400-\u9fff]{2}[处科]室"
)
# Whose office a line says it is: 本专题咨询：, 专题联系部门：, 以上方向业务咨询：.
_PARTS = "专题|领域|方向|板块|类别|类|专项|部分|模块|专栏|学科|[章节篇编]|课题|项目|选题|榜单"
_WHOSE = rf"(?:(?:本|该|此|以上|上述)(?:{_PARTS})(?:项目|课题|指南)?的?|(?:专题|领域|板块|类别))"
_ASKED = (
    "(?:业务(?=[处部科])|(?:业务|技术|政策|申报|指南|项目)?(?:咨询|联系|对接|对口|归口|责任|主管|主责|牵头|受理|管理|答疑))(?:业务|管理|联系)?"
    "(?:处室|部室|部门|单位|科室|处|机构|办公室|人员?|电话|方式)?"
)
_ENGLISH_PARTS = "lot|theme|area|section|strand|cluster|pillar|track|destination|chapter|part|stream"
_ENGLISH_SECTION = (
    r"(?i:(?:enquiries|inquiries|contacts?(?: (?:points?|persons?|office))?|points? of contact|questions|queries)"
    rf"(?: (?:about|for|on|regarding))? (?:this|the) (?:{_ENGLISH_PARTS}|priority)\s*:"
    rf"|(?:{_ENGLISH_PARTS}) (?:contact|office|desk|lead|manager|officer|coordinator)\s*:)\s*"
)
SECTION_OFFICE = re.compile(
    rf"{_NUMBERED}[(【\[]?{_WHOSE}{_ASKED}(?:及(?:联系|咨询)?(?:电话|方式))?(?:[】\]]\s*[:|]?|\s*[:|])\s*|[(]?{_WHOSE}由(?=.{{2,14}}(?:负责|受理|承办))|{_ENGLISH_SECTION}"
)
SECTION_WORD = re.compile(f"{_PARTS}|(?i:{_ENGLISH_PARTS})")
_ENGLISH_HOUSE = "(?:office|unit|department|agency|division|directorate|bureau|desk|branch)"
STRONG_OFFICE = re.compile(
    rf"{SECTION_OFFICE.pattern}|{_NUMBERED}[(【\[]?(?:{_OFFICE_NAMES}|业务联系|处室)(?:名称|及联系人|及联系方式|及联系电话|及电话|和电话|、?联系电话|、电话|\(.{{0,8}}\))?(?:[】\]]\s*[:|]?|\s*[:|])\s*"
    rf"|(?i:(?:liaison|responsible|contact|lead|managing|sponsor(?:ing)?|program(?:me)?|coordinating|owning) {_ENGLISH_HOUSE}"
    rf"|{_ENGLISH_HOUSE} (?:in charge|responsible)|office|(?<!\w )desk|(?:challenge|problem|topic) owner|(?:technical |problem )?sponsor)\s*[:|]\s*"
)
WEAK_OFFICE = re.compile(
    rf"{_NUMBERED}[(【\[]?(?:业务|技术|政策|项目|企业|单位|合作|[\u3400-\u9fff]{{1,3}}方)?(?:联系人|联络人|对接人|接口人|经办人|联系方式|联络方式|咨询电话|咨询人|联系电话|咨询方式|(?:申报|指南)?咨询|(?:联系|联络|对接)(?=\s*[:|】\]]))(?:及(?:联系)?(?:电话|方式))?(?:\(.{{0,8}}\))?(?:[】\]]\s*[:|]?|\s*[:|])\s*"
    r"|(?i:(?:(?:track|topic|challenge|area)\s+\w{1,3}\s+|(?:(?:program(?:me)?|priority|area|topic|call|scientific(?:/research)?)\s+){1,3})?"
    r"(?:contact(?: persons?| points?)?|contacts?|(?:technical |primary )?points? of contact"
    r"|tpoc(?:-\d)?|(?-i:[\u3400-\u9fff]{2,5}) ?/? ?(?:contacts?|enquiries)"
    r"|(?:cognizant )?program(?:me)? (?:officer|manager|director)s?(?:\(s\))?|enquiries|(?:lead |primary )?supervisors?))\s*(?:[:|]|[–—-]\s)\s*"
)
PHONE_LABEL = re.compile(
    r"[(]?(?:联系|咨询|办公|服务)?(?:电话|热线|方式|号码)\s*[:|]\s*|(?i:tel(?:ephone)?|phone)\.?\s*[:|]\s*"
)
# A sentence that says who serves: 由政府采购处牵头，联系电话83260771。
SENTENCE_OFFICE = re.compile(
    r"[(]?(?:本(?:课题|项目|方向))?由(?P<name>.{2,16}?)(?:负责|牵头|受理|承办|组织)[^,;。]{0,6}[,;].{0,8}\d{7}"
)
CONTACT_LINE = re.compile(
    r"[\u3400-\u9fff]{1,14}(?:处|科|股|局|委|办|厅|部|室|中心|办公室|委员会|院|所|队|站)\s*[(:,]?\s*(?:[\u3400-\u9fff]{2,4}(?:[\s,:]+|(?=\d)))?"
    r"(?:(?:联系|咨询|办公)?电话\s*:?)?(?!\s*(?:19|20)\d\d-\d\d?-\d\d?(?!\d))\s*[\d() -]{7,20}(?:转\d+)?\s*[)]?"
)
_EXTENSION = r"(?:\s*(?:转|-|—|x|ext\.?|分机)\s*\d{1,6}(?:[、/]\d{2,6}(?!\d))*)?(?:/\d{1,8})*(?!\d)"
PHONE = re.compile(
    r"(?<![\d.])(?<!编号)(?<!编号[: ])(?<!代码)(?<!代码[: ])(?:\+\d{1,3}[ -]?(?:\(?\d{1,4}\)?[ -]?)(?:\d{2,4}[ -]?){2,4}\d{0,4}"
    r"|\(\d{3}\) ?\d{3}[-. ]\d{4}|\(?(?<!\d)0[2-9](?:\) ?|[ -])\d{3,4}[ -]?\d{4}(?!\d)|(?<![\d-])(?:1[-.])?[2-9]\d{2}[-.]\d{3}[-.]\d{4}(?!\d)"
    r"|400[ -]?\d{3}[ -]?\d{4}|400[ -]\d{4}[ -]\d{3}|1[3-9]\d{9}|1[3-9]\d[ -]\d{4}[ -]\d{4}"
    r"|\(?0\d{2,3}\)?\s*[ -]?\s*[1-9]\d{2,3}[ -]\d{4}|\(?0\d{2,3}\)[ -]?\d{7,8}|0\d{2,3} ?[-—–] ?[2-9]\d{6,7}|\(?(?:0\d{2,3})?\)?[ -]?[2-9]\d{6,7}"
    r"|1[3-9]\d{2}[ -]\d{3}[ -]\d{4}|[2-9]\d{3}[ -]\d{3}(?!\d)"
    rf"|(?!20\d\d[ -]20\d\d(?!\d))[2-9]\d{{2,3}}[ -]\d{{4}}(?![ -]?\d)|0\d{{4}} \d{{5,6}}(?!\d)|0\d{{4}} \d{{3}} \d{{3}}(?!\d)"
    rf"|0\d{{2,3}}[ -]\d{{3,8}}(?:[ -]\d{{3,4}})?|00\d[ -]\d{{7,8}}){_EXTENSION}"
    # The short number of a house, told by its label.
    r"|(?:(?<=电话|短号|内线|分机)|(?<=(?:电话|短号|内线|分机)[: ]))\d{4,6}(?!\d)|(?i:\bext(?:ension|\.)?) ?\d{3,6}(?!\d)"
)

_LISTED = "topics?|themes?|areas?|subjects|issues|priorities|challenges|questions|tracks?|thrusts?|str(?:and|eam)s?|work packages"
# A sentence or heading that announces the list right below it.
LEAD_IN = re.compile(
    r"(?:选题|课题|指南|方向|题目|领域|范围|清单|榜单|内容|重点)[^。;]{0,16}(?:如下|以下|下列)(?:,[^。;]{0,10}|[^。;]{0,6})[:。]?$"
    r"|(?:包括|下列|以下)[^。;]{0,16}(?:选题|课题|议题|方向|题目|领域|榜单)(?:如下)?[:。]$"
    r"|(?:选题|课题|题目|方向)(?:指南|目录|清单|参考|建议)?:$|(?i:\b(?:applications|proposals|projects) (?:contributing to|addressing|on|about):$)"
    r"|\([^()]{0,8}(?:包含|包括|以下|下列)[^()]{0,12}(?:题目|选题|课题|方向)[^()]*\)$"
    rf"|(?i:(?:{_LISTED}|headings)\b[^.]{{0,50}}(?:following|below|:)\s*[:.]?$|(?:following|these)[^.]{{0,40}}(?:{_LISTED})\b[^.]{{0,30}}[:.]?$)"
)
# A content that says that titles follow in it: (本方向包含以下研究题目…).
TITLES_INSIDE = re.compile(r"(?:包含|包括|以下|下列)[^()。;]{0,12}(?:题目|选题|课题)")
LIST_HEADING = re.compile(
    r"选题|课题|指南|方向|题目|榜单|揭榜|研究领域|重点领域|支持领域|资助领域|征集范围|征集内容|申报范围|资助范围|招标范围|研究范围"
    r"|(?:重点|一般|青年|重大|自筹|委托|专项|面上|培育|集成|招标|规划|资助|后期|决策咨询)(?:支持|资助|招标|研究)?(?:项目|类|专项)"
    r"|研究重点|支持重点|重点支持|重点任务|需求清单|专题(?!报告|讲座|研讨|会|学习|辅导)|项目清单|任务清单|研究内容"
    r"|(?i:\b(?:topics?|themes?|priorit\w+|challenges?|research (?:areas?|needs)|areas? of interest|problem statements|calls?)\b)"
)
NOTICE_HEADING = re.compile(
    r"要求|条件|时间|(?:推荐|征集|报送|立项|资助)(?:数量|名额)|填报$|(?:怎样|怎么|如何)(?:申请|申报|报名)|资助(?!项目|范围|领域|重点|方向|研究)|经费|联系|附件|附则|须知|注意|事项|其他|受理|评审|限额|限项|限报|申报数|申报单位|招标单位|主办|承办"
    r"|(?:不(?:予|再)?|限制)(?:支持|资助|受理|申报|立项)的?(?:领域|范围|方向|项目|情形|内容|选题)$"
    r"|期限|时限|结项|结题|验收|原则|指导思想|总则|资格|申报对象|报送|推荐名额|(?:申报|课题|项目|申请|研究)指标|科学问题|解释权"
    r"|(?:申报|申请|报送|征集|提交|推荐|遴选|项目|课题|经费|工作|实施|资助|过程|有关|相关|总体|预期|最终|填报|联系|咨询|科学|研究|主要|组织|评选|揭榜|招标|立项|资金)"
    r"(?:程序|方式|办法|流程|管理|材料|说明|成果|目标|周期|安排|步骤|渠道|组织|保障|纪律|监督|单位|背景|意义|对象|义务|思路|咨询)"
    r"|^(?:项目|课题)(?:类型|级别|周期|来源|培育|背景|意义|申报|申请|介绍|简介|概况)$|^(?:程序|方式|办法|流程|常见问题(?:解答)?|管理|材料|说明|目标|目的|背景|意义|对象|义务|单位|成果|咨询|安排|组织(?:实施|保障|管理|领导)|总体.{0,4}|目的[和与及、]?意义|(?:[投开评定]标[和与及、]?)+|办理(?:程序|方式|流程|步骤)|[投评]标(?:程序|方式|办法|材料|文件|单位)|(?:合作|派出|依托|参与|参加|承担|协办|共建|推荐|联合|支撑)(?:单位|机构))$|(?:填[写表]|[编撰]写)说明$"
    r"|(?:申报|申请|承担|实施|揭榜|牵头|责任)主体|成果(?:形式|要求|提交|评价)|论文|著作|专利|获奖|(?:教育|工作|学习)(?:经历|背景|总结|进展)|履历|简历|技能$|证书|参考文献|主持|业绩"
    r"|(?i:^(?:application|decision|invitation to tender|expressions? of interest|next steps)$|^what happens (?:next|then)|frequently asked"
    r"|\bfaqs?\b|^before you apply|^how we\b|^what we(?:'re| are) looking|^what we (?:offer|provide|expect|do not|don't|will not|won't)|eligib"
    r"|^who (?:should|can|may)|how to|overview|schedule|\btargets$|not of interest|^(?:the |general )?rules$|deadline|contact|submi|budget"
    r"|funding(?! opportunit)|evaluation|timeline|award|\breference|conditions|requirements"
    r"|^(?:partner|participating|host|collaborating) (?:institut(?:ion|e)s|organi[sz]ations|universities)$"
    r"|^the process$|\b(?:past|previous|earlier) (?:success(?:es)?|winners|projects|awards|grants|partners)$"
    r"|guidance|instructions|\bdates|duration|criteria|^about|introduction|^background|^education|experience|skills|publication|^(?:assessment|scoring)$"
    r"|\bnot (?:be )?(?:fund|support|consider|cover|responsive|eligible|in scope)(?:ed)?|out of scope|\bexclu(?:ded|sions))"
)
# A heading in words only (no number): the kinds of projects, and names in 【】.
SECTION_LINE = re.compile(
    r"[【《<\[]?(?:\d{4}年度?)?(?:[A-D]类|第?[一二三四]类)?[-—:、\s]*"
    r"(?:重点|一般|青年|重大|自筹|委托|专项|面上|培育|招标|规划|资助|自选|定向|年度|揭榜挂帅|后期资助|决策咨询|应用|基础|理论)*"
    r"(?:支持|资助|招标|研究|攻关)?(?:项目|课题|选题|专项|类别?|领域|方向)(?:选题|指南|方向|名称|题目)?(?:\(.{1,30}\))?[】》>\]]?:?$"
    r"|【[^】]{2,24}】$|[A-D]类[^。,;]{0,20}$"
)
# Where a document goes on after its last topic.
NOTICE_LINE = re.compile(
    r"联系人|联系电话|联系地址|联系方式|咨询电话|电子邮箱|邮箱|地址|邮编|通讯地址|网址|附件|附表|附:|附\d|注:|备注:|特此|此页|本页|(?:上|下)一篇"
    r"|申报(?:时间|要求|条件|方式|程序|材料|单位|截止)|请各|请有关|各(?:单位|申报)|以上(?:选题|课题|方向|需求|项目|任务|榜单|内容|指南)|\d{4}年\d{1,2}月\d{1,2}日$|二[〇○零]"
    r"|打印|关闭|分享|责任编辑|编辑:|来源:|版权|.{2,20}(?:办公室|委员会|科学技术局|科技局|科技厅|科技部|研究院|联合会|教育厅|财政厅|财政局|委宣传部|科研处|社科处)$"
    r"|(?i:contact|deadline|submission|how to apply|eligib|applicants? (?:must|should)|please|for (?:further|more) information"
    r"|e-?mail|references?:|copyright)"
)
# Whom a notice is addressed to: 各有关单位：
ADDRESSEE = re.compile(r".{0,12}各.{0,60}:$|(?i:dear\b)")
# Words of rules for applicants; a title has none of them unless it is about them (…研究).
RULE_WORDS = re.compile(
    r"申报人|申请人|申请者|申报者|申报单位|申请书|申报书|申请表|负责人|不得|必须|应当|应按|应具|应为|须在|须为|须经|均须|需要?提|不超过|截止|年龄(?:不|在|应|须|限|原则)|周岁|填写|提交|报送|装订|万元|联系人|电话"
    r"|邮箱|网址|签字|盖章|一式|附件|承诺书|逾期|登录|注册|工作日|\d月\d{1,2}日|https?:|www\.|@|限报|可申报|予以|职称|学位(?!资源|供给|需求|配置)|在职|纸质(?:材料|版|申|件|稿|文件|档(?!案)|一式)|电子版|受理|资助金额|视为|优先(?:支持|资助)"
    r"|鼓励.{0,12}(?:申报|牵头|参与|参加|合作)"
    r"|(?i:\bmust\b|\bshall\b|applicants?\b|deadline|submit|eligible|\beuro?s?\b|funding rate|application form|no later than|\bPDF\b|e-?mail"
    r"|\b(?:preference|priority) (?:is|will be) given)"
)
STUDY_END = re.compile("研究$")
TOPIC_END = re.compile(
    r"(?:研究|探索|探析|分析|对策|路径|机制|策略|评价|评估|应用|技术|研发|开发|示范|体系|模式|建设|发展|治理|创新|保护|利用|改革|影响|问题|调查|关系|规律|方法|实践|价值|转化|构建|优化|系统|平台)[》”\"]?$"
)
# What a title does not end with: the rest stands on another line.
OPEN_END = re.compile(
    r"(?:的|(?<![亲饱调缓温中共总柔])和|(?<![参给赋])与|(?<![普涉危触波])及|以及|对于|关于|基于|——以?)$|\s(?i:of|and|or|the|for|to|in|with|from|by|a|an|on|at|that|which|their)$"
)
# A word before a number that counts topics, or what stands above them.
TOPIC_WORD = re.compile(
    r"课题|选题|项目|方向|任务|专题|榜单?|榜题|需求|题目|议题|难题|指南|.*(?:topic|challenge|track|theme|area|question|thrust|stream|lot|priority|category)"
)
TASK_START = re.compile(
    r"(?:研究(?!生|型|院|所)|开展|分析(?!化学|仪)|探索|围绕|梳理|针对|建立|提出|重点(?=[支研围开突解聚关征建推加提])|通过|形成|突破|实现|完成|调研|总结|构建)"
    r"(?![^。;,]{0,30}(?:研究|技术|对策)$)"
)
TITLE_WORDS = re.compile(
    r"指南|通知|公告|启事|公布|榜单|揭榜|目录|清单|汇编|征集|选题|课题(?!组)|题目|(?:技术|研究)需求|(?:资助|支持|申报|征集|研究|项目)(?:方向|领域|范围)$"
    r"|(?i:open fund|\bgrants? (?:round )?20\d\d|areas of (?:research )?interest|research (?:wanted|needs|requests|priorities|interests?|questions)"
    r"|problem statements|solicited|priorities for research|projects for entry|\b20\d\d priorities)"
    r"|(?i:\bcall\b(?!-)|guide|topics|programme|solicitation|request for|funding opportunity|competition|invitation|challenges? fund"
    r"|agency announcement)"
)

# The name of the title in a form with one topic.
FORM_TITLE = re.compile(
    r"(?:课题|项目|榜单|榜题|需求|选题|任务|难题|技术需求|技术难题|技术|攻关任务|揭榜任务)?(?:名称|题目)|(?i:(?:topic|project|challenge)? ?title):?"
)
# Columns of persons and verdicts: a table with them lists proposals or winners, not topics.
PERSON_COLUMNS = re.compile(
    r"(?:项目|课题|第一)?(?:负责人|主持人|申报人|申请人|申请者|完成人|作者)(?:姓名)?|姓名|(?:申报|申请|承担|依托|完成|所在)单位|单位名称|摘要|项目摘要"
    r"|(?:立项|合同|证书)编号|获奖等级|等级|得分|评审结果|拟资助金额|资助金额|职称|手机|手机号码?|身份证号|学号"
    r"|(?i:applicant|principal ?investigator|pi|awardee|abstract|organi[sz]ation|institution)"
)

# Columns of lists of other things: what is bought, tasks of an office, its staff, lectures, publications.
OTHER_COLUMNS = re.compile(
    r"单价|总价|数量|规格|(?:规格)?型号|品牌|生产厂家|完成情况|进展情况|进度|状态|(?:存放)?地点|职务|工号|签到|学时|学分|课时|授课教师|主讲人"
    r"|汇报人|作者|期刊|刊物|(?:unit)?price|quantity|qty|model|location|room|status|progress|likelihood|jobtitle|speaker|lecturer|authors?|journal"
)

# How a column that no list names may still say its field; compiled for the first table, as SLOTS.
COLUMN_ENDINGS: Mapping[str, str] = {
    "number": (
        r"(?!.*(?:名称|题目)).{0,6}(?:编号|编码|代码|代号|序号)|(?:research)?(?:need|priority|project|study|problem|call|challenge|question)(?:no|number|code|id)|s[lr]?no|lot(?:no|number)?|serial(?:no|number)|[a-z]{0,12}#|(?:topic|call)?identifier"
    ),
    "title": (
        r"(?:技术|研究|攻关|揭榜|指南|申报|征集|拟)?(?:难题|需求|任务|条目|榜题|赛题|议题|问题|专题|主题|攻关)(?:名称|题目|标题)|指南条目"
        r"|(?:研究|征集|计划|补助|申请|申报)(?:主题|议题|题目)|(?:调研|招标|委托|重点)课题|(?:参考|推荐|备选)(?:课题|选题|题目)|[\u3400-\u9fff]{2}方向(?:名称)?|(?:课题|选题|题目)[及和与].{2,4}"
        r"|(?:research|grand|call|project|evidence|knowledge|priority|proposed|strategic)?(?:challenge|question|topic|project|subject|gap|need|priority|study|problem(?:statement)?|task)(?:title|name)?|(?!job)[a-z]{0,20}title|titleof(?:the)?[a-z]{4,10}"
    ),
    "content": (
        r"(?:what|background|challenge|problem|expected|desired|research)?(?:wewanttoknow|statement|description|outcomes?|questions)|(?:what|why|how)(?:we|you|is|it|will|should)[a-z]{3,24}"
        r"|.{2,4}(?:描述|简介|简述|概述|概况|难点)|要点|[a-z]{0,20}(?:objectives?|description|background|scope(?:ofwork)?)|typeofaction"
    ),
    "phone": r"[a-z]{0,10}(?:phone|telephone|tel)(?:number|no)?|[\u3400-\u9fff]{2,4}电话",
    "email": r"[a-z]{0,10}email(?:address)?|[\u3400-\u9fff]{0,4}(?:邮箱|电子邮件)",
    "person": (
        r"(?:lead|responsible|programm?e?|contact)(?:officer|person|manager)|officer|(?:technical|project|program|programme|primary|main|scientific)contact|contactpoints?|pointofcontact"
        r"|(?:lead|main|primary|first|academic)?(?:supervisors?|mentors?)"
        r"|[\u3400-\u9fff]{0,4}?(?:联系|咨询|联络|对接)人(?:姓名|及.{2,4})?"
    ),
    "section": (
        r"(?:mission|research|focus|topic|thematic|priority)(?:area|theme|field)|所属(?!企业|单位|公司|部门|[处科]室).{1,4}|.{2,4}类别|.{2}领域|[\u3400-\u9fff]{1,3}组别?|专题名称|领域名称"
    ),
    "office": (
        r".{0,6}(?:处室|部室|委室|科室|股室|司局)(?:名称|及?电话)?|(?:承办|主办|联系|对接|责任|主管|归口|牵头|咨询)(?:部门|单位|处|机构)|(?:联系|联络|咨询|服务|业务)窗口"
        r"|(?:contact|lead|responsible|liaison|managing|sponsor(?:ing)?)(?:unit|office|team|department|desk|division|agency)|(?:challenge|problem|topic)?owner|nodal(?:cell|unit|division)|(?:unit|office|department|desk|division)(?:incharge|responsible)|directorate|division|bureau|branch|secretariat"
    ),
}
# Who needs the work is whom to call where no column names the agency's own office.
FIRM_COLUMN = re.compile(
    r"(?:发榜|出题|命题|提出|需求|委托|采购|所属)(?:企业|单位|部门|机构|公司|方)(?:名称)?|企业(?:名称)?"
)

# The columns of a table of topics: field -> names, compared without spaces, marks, brackets and case.
COLUMN_NAMES: Mapping[str, tuple[str, ...]] = {
    "number": ("序号", "编号", "ref", "课题编号", "选题编号", "项目编号", "指南编号", "题号", "no", "number", "code", "topicno", "id", "topicid"),
    "section": ("section", "类别", "课题类别", "项目类别", "选题类别", "类型", "项目类型", "课题类型", "领域", "所属领域", "研究领域", "技术领域",
        "专题", "重点领域", "支持领域", "专业领域", "板块", "门类", "学科门类", "大类", "分类", "学科", "学科分类", "行业", "所属行业", "category",
        "theme", "area", "type", "field"),
    "title": ("title", "课题名称", "课题题目", "项目名称", "选题名称", "选题", "题目", "课题", "选题题目", "研究题目", "名称", "榜单名称",
        "需求名称", "技术难题", "难题", "技术需求", "研究课题", "研究方向", "方向", "方向名称", "课题方向", "选题方向", "申报方向", "指南方向",
        "重点方向", "技术方向", "研究选题", "项目题目", "指南名称", "任务名称", "榜单", "榜题", "条目", "topic", "topictitle", "name",
        "projecttitle", "topicname", "researchtopic"),
    "content": ("content", "研究内容", "主要研究内容", "内容", "主要内容", "研究重点", "研究要点", "研究内容及要求", "研究内容和要求",
        "研究内容与目标", "课题说明", "选题说明", "内容说明", "内容简介", "说明", "需求描述", "需求内容", "任务内容", "主要任务", "研究目标",
        "考核指标", "主要考核指标", "预期成果", "成果形式", "成果要求", "研究要求", "目标", "关键技术", "scope", "description", "objective",
        "objectives", "expectedoutcome", "expectedoutcomes", "summary", "details", "contents"),
    "office": ("office", "对接处室", "联系处室", "责任处室", "业务处室", "主管处室", "归口处室", "对口处室", "处室", "牵头处室", "管理处室",
        "需求处室", "对接部门", "联系部门", "责任部门", "主管部门", "牵头部门", "联系单位", "责任单位", "牵头单位", "对接单位", "业务咨询",
        "对接处室及联系方式", "对接处室及电话", "联系处室及电话", "处室及电话", "department", "unit"),
    "phone": ("phone", "联系方式", "联系电话", "电话", "咨询电话", "处室电话", "办公电话", "contact", "tel", "telephone", "phonenumber",
        "联系人及电话", "联系人及联系方式", "联系人及联系电话", "联系人电话", "手机", "手机号", "手机号码"),
    "person": ("联系人", "联系人姓名", "contactperson", "对接人"),
}  # fmt: skip
